"""The contract over the network: real servers, and real proxies in front of one.

`make test-servers` installs them and runs this.
"""
