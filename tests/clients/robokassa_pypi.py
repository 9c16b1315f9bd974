"""The PyPI library `robokassa`, as a shop uses it; only the host of its addresses is ours.

Reads one JSON object from standard input and prints one: what is asked for is the first argument
(link, result, success, state).
"""

import asyncio
import json
import sys
from urllib.parse import urlsplit, urlunsplit

import robokassa.client
from robokassa import HashAlgorithm, Robokassa


def moved(address: str, aggregator: str) -> str:
    """The same address on the aggregator's host."""
    here = urlsplit(aggregator)
    return urlunsplit(urlsplit(address)._replace(scheme=here.scheme, netloc=here.netloc))


def library(shop: dict) -> Robokassa:
    return Robokassa(
        merchant_login=shop["login"],
        password1=shop["password1"],
        password2=shop["password2"],
        algorithm=HashAlgorithm(shop["digest"]),
    )


def link(asked: dict) -> dict:
    made = library(asked["shop"]).generate_open_payment_link(
        out_sum=asked["sum"],
        inv_id=asked["order"],
        description=asked["description"],
        default_prefix="Shp",
        cart="shoes",
        clerk="7",
    )
    return {"url": moved(made.url, asked["aggregator"])}


def custom(fields: dict) -> dict:
    return {name: value for name, value in fields.items() if name.lower().startswith("shp_")}


def result(asked: dict) -> dict:
    fields = asked["fields"]
    believed = library(asked["shop"]).is_result_notification_valid(
        signature=fields["SignatureValue"],
        out_sum=fields["OutSum"],
        inv_id=fields["InvId"],
        **custom(fields),
    )
    return {"believed": believed}


def success(asked: dict) -> dict:
    fields = asked["fields"]
    believed = library(asked["shop"]).is_redirect_valid(
        signature=fields["SignatureValue"],
        out_sum=fields["OutSum"],
        inv_id=fields["InvId"],
        **custom(fields),
    )
    return {"believed": believed}


def state(asked: dict) -> dict:
    robokassa.client.AUTH_BASE_URL = moved(robokassa.client.AUTH_BASE_URL, asked["aggregator"])
    details = asyncio.run(library(asked["shop"]).get_payment_details(asked["order"]))
    return {"state": details.state.value, "custom": details.user_fields}


if __name__ == "__main__":
    asked_for = {"link": link, "result": result, "success": success, "state": state}
    print(json.dumps(asked_for[sys.argv[1]](json.load(sys.stdin))))
