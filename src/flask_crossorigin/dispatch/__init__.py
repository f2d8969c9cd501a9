"""The request path: what runs when an app gets a request and sends a response.

``responses``   adds the policy's headers where the app makes its responses
``preflights``  finds the response to a preflight, before any hook or view runs
``shortcut``    sends that response before Flask is entered, where nothing can stand between
``opentelemetry``  preflights under its instrumentation
``snapshot``    the request as it arrived, before hooks could change it
``nested``      what a view relays from other apps
``debug``       the traceback of an unhandled error, readable by a front end in development
"""
