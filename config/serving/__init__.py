"""How the site is served: `python -m config.serving` (docs/adr/0016-waitress-buffers.md).

One supervisor loads the application and forks the processes that answer, and one more that says how they are. Each
process has one loop (waitress) that reads whole requests and sends whole answers, so that neither a slow sender nor a
slow reader keeps a thread; threads in lanes work the answers out.
"""
