"""Gets a token from every dialect with Authlib, in both ways to authenticate, and verifies each.

Takes GATEHOUSE_URL, CLIENT_ID and CLIENT_SECRET from the environment.
"""
import os
import sys

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, JsonWebToken

BASE = os.environ["GATEHOUSE_URL"]
CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ["CLIENT_SECRET"]

# Token endpoint, key set, issuer, the claim that names the client.
DIALECTS = [
    ("/csp/gateway/am/api/auth/token", "/csp/gateway/am/api/auth/keys", BASE, "azp"),
    (
        "/SAAS/auth/oauthtoken",
        "/SAAS/API/1.0/REST/auth/token?attribute=publicKey&format=jwks",
        BASE + "/SAAS/auth",
        "cid",
    ),
    ("/oauth2/token", "/oauth2/jwks", BASE, "client_id"),
]


def verify(token, jwks_path, issuer, client_claim):
    keys = JsonWebKey.import_key_set(requests.get(BASE + jwks_path, timeout=5).json())
    options = {"iss": {"essential": True, "value": issuer}, client_claim: {"essential": True, "value": CLIENT_ID}}
    claims = JsonWebToken(["RS256"]).decode(token, keys, claims_options=options)
    claims.validate()


def main():
    for token_path, jwks_path, issuer, client_claim in DIALECTS:
        for method in ("client_secret_basic", "client_secret_post"):
            session = OAuth2Session(CLIENT_ID, CLIENT_SECRET, token_endpoint_auth_method=method)
            try:
                token = session.fetch_token(BASE + token_path, grant_type="client_credentials")
                if "access_token" not in token:  # Authlib knows errors only by RFC 6749's name
                    sys.exit(f"{method} at {token_path}: {token}")
                verify(token["access_token"], jwks_path, issuer, client_claim)
            except Exception as error:  # whatever it is, the place belongs to it
                sys.exit(f"{method} at {token_path}: {type(error).__name__}: {error}")
            if token["token_type"].lower() != "bearer" or token.is_expired():
                sys.exit(f"{method} at {token_path}: no usable token")


main()
