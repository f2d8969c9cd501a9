"""What this library costs beside its peers: ``python -m benchmarks`` measures it.

The way of a measurement:

    Subject       a variant of an app of some shape, and a request to it     subjects.py
    -> the app    built by its variant, each in the same way                 variants.py
    -> its answer checked: a benchmark of a wrong answer is worthless        answers.py
    -> rounds     all subjects of a group interleaved, timed                 rounds.py
       or counts  instructions of a child process under valgrind             counting.py
    -> goals      ratios inside one run, and the limit of each               goals.py
    -> report     RESULTS.md and the plot                                    report.py
"""
