"""Gets a token from every dialect with nothing but requests, whose auth=(id, secret) sends both raw.

Takes GATEHOUSE_URL, CLIENT_ID and CLIENT_SECRET from the environment.
"""
import os
import sys

import requests

BASE = os.environ["GATEHOUSE_URL"]
CREDENTIALS = (os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])


def main():
    for path in ("/csp/gateway/am/api/auth/token", "/SAAS/auth/oauthtoken", "/oauth2/token"):
        answer = requests.post(BASE + path, auth=CREDENTIALS, data={"grant_type": "client_credentials"}, timeout=5)
        if answer.status_code != 200:
            sys.exit(f"{path}: {answer.status_code} {answer.text}")
        if answer.json()["access_token"].count(".") != 2:
            sys.exit(f"{path}: no token")


main()
