"""pull of 9,000 images from nginx, against curl --parallel and a bare pool of requests
sessions on the same URLs."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import altsync, process, row

COUNT, WORKERS, DELAY = 9_000, 32, 0.05
ECHO = Path("/usr/lib/nginx/modules/ngx_http_echo_module.so")
POOL = """
import json, queue, sys, threading, requests
urls = open(sys.argv[1]).read().split()
todo = queue.SimpleQueue()
for url in urls: todo.put(url)
session = requests.Session(); session.trust_env = False
session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=32))
def work():
    while True:
        try: url = todo.get_nowait()
        except queue.Empty: return
        session.get(url, headers={"Authorization": "x"}).json()
threads = [threading.Thread(target=work) for _ in range(32)]
[t.start() for t in threads]; [t.join() for t in threads]
"""
CONF = """
{load}
daemon off; master_process off; worker_processes 1; error_log {dir}/error.log; pid {dir}/pid;
events {{ worker_connections 512; }}
http {{
  access_log off; keepalive_requests 100000; default_type application/json;
  client_body_temp_path {dir}/b; proxy_temp_path {dir}/p;
  fastcgi_temp_path {dir}/f; uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
  server {{
    listen 127.0.0.1:{port};
    location ~ ^/album/.*/get$ {{ {answer} }}
  }}
}}
"""
BODY = {
    "title": "A path",
    "alt": "",
    "caption": "The path climbs towards the last snow of the season.",
    "verified": 0,
}


@contextlib.contextmanager
def nginx(directory: Path, delay: float) -> Iterator[str]:
    """A site that answers every image alike, after `delay` seconds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    body = json.dumps(BODY).replace("'", "")
    answer = f"echo_sleep {delay}; echo '{body}';" if delay else f"return 200 '{body}';"
    load = f"load_module {ECHO};" if delay else ""
    (directory / "nginx.conf").write_text(
        CONF.format(load=load, dir=directory, port=port, answer=answer), "utf-8"
    )
    server = subprocess.Popen(
        ["nginx", "-c", str(directory / "nginx.conf"), "-p", str(directory)]
    )
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 0.1).close()
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    if not shutil.which("nginx") or not shutil.which("curl"):
        print(
            "  skipped: needs nginx and curl (Debian: apt-get install nginx-light"
            " libnginx-mod-http-echo curl)"
        )
        return
    for delay in (DELAY, 0.0):
        if delay and not ECHO.exists():
            print("  latency skipped: needs Debian's libnginx-mod-http-echo")
            continue
        with tempfile.TemporaryDirectory() as name:
            directory = Path(name)
            with nginx(directory, delay) as url:
                compare(directory, url, delay)


def compare(directory: Path, url: str, delay: float) -> None:
    """curl, the bare pool, a first pull and a second one, in turn on one server."""
    ids = [f"album/image-{n:07}" for n in range(COUNT)]
    urls = [f"{url}/album/{image}/get" for image in ids]
    (directory / "urls").write_text("\n".join(urls), "utf-8")
    (directory / "pool.py").write_text(POOL, "utf-8")
    (directory / "inventory.txt").write_text("\n".join(ids), "utf-8")
    (directory / "altsync.toml").write_text(
        f'[site]\nurl = "{url}"\nworkers = {WORKERS}\n[album]\ninventory ='
        f' ["inventory.txt"]\npixels = "{url}/x/{{album}}/{{image}}"\nlabel = {{ field'
        ' = "verified", ai = 0, human = 1 }\n',
        "utf-8",
    )
    pull = altsync("pull", "--workers", str(WORKERS))
    glob = (  # a list of 9,000 URLs slows curl itself down
        f"{url}/album/album/image-[0000000-{COUNT - 1:07}]/get"
    )
    head = ["-H", "Authorization: x", "-o", str(directory / "answer")]
    curl = process(
        ["curl", "-s", "--parallel", "--parallel-max", str(WORKERS), *head, glob]
    )
    pool = process(
        [sys.executable, str(directory / "pool.py"), str(directory / "urls")]
    )
    first = process(pull, directory, ALTSYNC_TOKEN="x")
    second = process(pull, directory, ALTSYNC_TOKEN="x")
    at = f"{COUNT:,} at {delay * 1000:.0f} ms, {WORKERS} workers"
    print(
        f"  {at}: curl {curl.wall:.1f} s, bare pool {pool.wall:.1f} s ({pool.cpu:.1f}"
        f" CPU), pull {first.wall:.1f} s ({first.cpu:.1f} CPU), again {second.wall:.1f}"
        f" s ({second.cpu:.1f} CPU)"
    )
    if delay:
        row("rate of the bare pool against curl", curl.wall / pool.wall, "(0.97 seen)")
        row("rate of pull against curl", curl.wall / first.wall, "(at least 0.9)")
    else:
        row("CPU of pull against the bare pool", first.cpu / pool.cpu, "(at most 1.5)")
    row("second pull against the first, wall", second.wall / first.wall, "(no longer)")
    row("peak memory of pull", first.peak, "", "MB")
