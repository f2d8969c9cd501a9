"""Differential tests: each case must have the same result in a real engine and in the model.

Case            requests of a page, and the responses of the server   cases.py, generator.py,
                                                                      handmade.py
-> Server       sends the responses, and records the requests         server.py
-> Observation  what the page saw, and what the servers received      observations.py
-> run          many cases in an engine                               engine_run.py
-> observe      a case in the model, with an engine's profile         model_run.py
-> compare      the two observations of a case                        compare.py, agreement.py
"""
