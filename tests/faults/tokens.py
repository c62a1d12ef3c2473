"""JWTs as CDS clients make them, signed by the openssl command: nothing of ours takes part."""
import base64
import hashlib
import hmac
import json
import os
import subprocess
import time
import uuid


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True,
                          check=True).stdout


def integers_of(der):
    """The two integers of an ECDSA signature (RFC 3279 2.2.3)."""
    rest = der[2:] if der[1] < 0x80 else der[2 + (der[1] & 0x7f):]
    found = []
    for _ in range(2):
        length = rest[1]
        found.append(int.from_bytes(rest[2:2 + length], "big"))
        rest = rest[2 + length:]
    return found


class Keys:
    """An issuer with one key for each algorithm, and its JWKS file: made anew, or those of the
    folder."""

    def __init__(self, folder, issuer="https://ehr.example"):
        self.issuer = issuer
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.curve = os.path.join(folder, "ec.pem")
        self.rsa = os.path.join(folder, "rsa.pem")
        self.file = os.path.join(folder, "jwks.json")
        if not os.path.exists(self.file):
            self.make()

    def make(self):
        openssl("ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", self.curve)
        openssl("genrsa", "-out", self.rsa, "2048")
        point = openssl("ec", "-in", self.curve, "-pubout", "-outform", "DER")[-96:]
        modulus = openssl("rsa", "-in", self.rsa, "-modulus", "-noout").decode().split("=")[1]
        keys = [{"kty": "EC", "crv": "P-384", "kid": "ec", "use": "sig",
                 "x": encode(point[:48]), "y": encode(point[48:])},
                {"kty": "RSA", "kid": "rsa", "alg": "RS384", "e": "AQAB",
                 "n": encode(bytes.fromhex(modulus.strip()))}]
        with open(self.file, "w") as file:
            json.dump({"keys": keys}, file)

    def sign(self, algorithm, text):
        if algorithm == "none":
            return b""
        if algorithm == "HS384":  # with what everybody knows
            with open(self.file, "rb") as file:
                return hmac.new(file.read(), text, hashlib.sha384).digest()
        key = self.curve if algorithm == "ES384" else self.rsa
        signature = openssl("dgst", "-sha384", "-sign", key, data=text)
        if algorithm == "ES384":  # RFC 7518 3.4: both numbers, 48 bytes each
            signature = b"".join(one.to_bytes(48, "big") for one in integers_of(signature))
        return signature

    def token(self, audience, algorithm="ES384", header=None, **claims):
        head = {"alg": algorithm, "typ": "JWT", "kid": "rsa" if algorithm == "RS384" else "ec"}
        head.update(header or {})
        body = {"iss": self.issuer, "aud": audience, "iat": int(time.time()),
                "exp": int(time.time()) + 300, "jti": str(uuid.uuid4())}
        body.update(claims)
        text = encode(json.dumps(head).encode()) + "." + encode(json.dumps(body).encode())
        return text + "." + encode(self.sign(algorithm, text.encode()))
