"""The token of a request, checked as simply as it can be."""

import os
from typing import Annotated, Any

import jwt
from fastapi import Header, HTTPException

SECRET = os.environ["SECRET"]


def subject(authorization: Annotated[str, Header()]) -> str:
    """Returns the `sub` of a valid bearer token. Raises HTTPException (401)."""
    try:
        token = authorization.removeprefix("Bearer ")
        claims: dict[str, Any] = jwt.decode(token, SECRET, algorithms=["HS256"], audience="bench")
    except jwt.PyJWTError as error:
        raise HTTPException(401) from error
    return str(claims["sub"])
