"""Random configurations of flask-cors, given to flask-cors and to the bridge."""
