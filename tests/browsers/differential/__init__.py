"""The same cross-origin requests in real engines and in the model: what is seen must agree.

Case          what a page asks and what the server does             cases.py, generator.py,
                                                                    handmade.py
-> Exchange   a server that does it, and writes down who asked      server.py
-> Observation what the page saw and what the servers received      observations.py
-> run        of many cases in an engine                            engine_run.py
-> run        of the same in the model, as each engine's profile    model_run.py
-> compare    two observations of one case                          compare.py, agreement.py
"""
