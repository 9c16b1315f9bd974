"""The PyPI library `robokassa` through the whole life of payments, invoices and what follows, against the emulator.

It has no option for the host. What it asks itself goes to two constants of its module `client`, which are set here;
its links have a constant inside, so they are moved.
"""

import asyncio
import base64
import hashlib
import json
from datetime import datetime, timedelta, timezone

import robokassa.client
from robokassa import HashAlgorithm, Robokassa
from robokassa.exceptions import RobokassaInterfaceError, RobokassaRequestError
from robokassa.types import HTTPMethod, InvoiceType, PaymentState

from scene import Buyer, Emulator, Shop, check, error_number, live, moved, until

LOGIN = "pypi-md5"
# Its links and tokens in every digest of the service, each of a shop of its own.
SHOPS = {f"pypi-{digest.value}": digest for digest in HashAlgorithm}
RECEIPT_ITEM = {"quantity": 2, "tax": "none", "payment_method": "full_payment", "payment_object": "commodity"}
emulator = None


def library(login=LOGIN, is_test=False):
    prefix = "test_" if is_test else ""
    return Robokassa(login, f"{prefix}password1", f"{prefix}password2", SHOPS[login], is_test)


def custom(fields):
    return {name: value for name, value in fields.items() if name.lower().startswith("shp_")}


def believes(fields):
    """ResultURL of the shop. Which shop it is stands in a field of its own, as all of them share the address."""
    login = fields.get("shp_shop", LOGIN)
    genuine = library(login, fields.get("IsTest") == "1").is_result_notification_valid(
        fields["SignatureValue"], fields["OutSum"], fields["InvId"], **custom(fields)
    )
    return f"OK{fields['InvId']}" if genuine else "bad sign"


shop = Shop(believes)


def link(shops, total, order, **more):
    made = shops.generate_open_payment_link(total, inv_id=order, shop=shops.merchant_login, **more)
    return moved(made.url, emulator.url)


def state(shops, order):
    return asyncio.run(shops.get_payment_details(order))


def is_accepted(login, order):
    """The shop was told, its library believed it, and the aggregator took its answer."""
    payment = emulator.sees(login, order, state="paid", notice="accepted")
    answer = payment["notice"]["last_answer"]
    check(f"order {order}: the shop's answer", answer == {"status": 200, "body": f"OK{order}"}, answer)


def paid_in_every_digest():
    for order, (login, digest) in enumerate(SHOPS.items(), 100):
        try:
            hashlib.new(digest.value)
        except ValueError:
            continue  # An OpenSSL without its legacy digests: the library cannot do it either.
        shops, buyer = library(login), Buyer()
        try:
            state(shops, order)
            check(f"{digest.value}: no operation before the payer chose", False)
        except RobokassaRequestError as refusal:
            check(f"{digest.value}: no operation before the payer chose", "not found" in str(refusal), refusal)
        address, page = buyer.opens(link(shops, 100.5, order, description="Чай и мёд", email="buyer@example.com"))
        check(f"{digest.value}: the link leads to the payment page", "/pay/pay_" in address, error_number(page))
        payment = emulator.chooses(login, order, "paid")
        is_accepted(login, order)
        told = state(shops, order)
        check(f"{digest.value}: state", told.state is PaymentState.COMPLETED, told.state)
        check(f"{digest.value}: sums", (told.out_sum, told.inc_sum) == (100.5, 100.5), (told.out_sum, told.inc_sum))
        check(f"{digest.value}: custom fields", told.user_fields == {"shp_shop": login}, told.user_fields)
        check(f"{digest.value}: key of the operation", len(told.op_key or "") == 46, told.op_key)
        check(f"{digest.value}: date with its zone", told.state_date.tzinfo is not None, told.state_date)
        buyer.returns(emulator, payment)
        back = shop.hears("/success", order).fields
        genuine = shops.is_redirect_valid(back["SignatureValue"], back["OutSum"], back["InvId"], **custom(back))
        check(f"{digest.value}: the library believes the buyer's return", genuine, back)


def refused_and_not_told():
    shops, buyer = library(), Buyer()
    buyer.opens(link(shops, 5, 200))
    payment = emulator.chooses(LOGIN, 200, "refused")
    emulator.sees(LOGIN, 200, state="cancelled", notice="none")
    check("refused: state", state(shops, 200).state is PaymentState.CANCELLED)
    buyer.returns(emulator, payment)
    check("refused: the buyer returns to FailURL", shop.hears("/fail", 200).fields["InvId"] == "200")
    check("refused: the shop is told nothing", not shop.heard("/result", 200))


def forged_and_repeated():
    shops = library()
    Buyer().opens(link(shops, 5, 201))
    emulator.chooses(LOGIN, 201, "bad_signature")
    answer = emulator.sees(LOGIN, 201, state="paid", notice="repeating")["notice"]["last_answer"]
    check("forged: the library does not believe it", answer["body"] == "bad sign", answer)
    check("forged: what OpState says is true", state(shops, 201).state is PaymentState.COMPLETED)
    emulator.asks("/api/v1/clock", {"advance": "5m"})
    is_accepted(LOGIN, 201)
    Buyer().opens(link(shops, 5, 202))
    emulator.chooses(LOGIN, 202, "notified_twice")
    shop.hears("/result", 202, times=2)
    first, second = shop.heard("/result", 202)
    check("twice: the same notice", first.fields == second.fields, (first.body, second.body))
    check("twice: both are believed", first.answer == second.answer == "OK202", (first.answer, second.answer))


def with_everything_a_link_can_have():
    shops, buyer = library(), Buyer()
    receipt = {"sno": "osn", "items": [{"name": "Чай «Ассам» & мёд", "sum": 150.5, **RECEIPT_ITEM}]}
    address, page = buyer.opens(link(
        shops, 150.5, 210, description="Заказ", receipt=receipt, email="buyer@example.com", user_ip="203.0.113.7",
        expiration_date=datetime.now(timezone.utc) + timedelta(days=2), default_prefix="shp",
        result_url=f"{shop.url}/result2", success_url=f"{shop.url}/thanks", success_url_method=HTTPMethod.POST,
        fail_url=f"{shop.url}/sorry", fail_url_method=HTTPMethod.GET, zone="7", Item="first",
    ))
    check("everything: the link leads to the payment page", "/pay/pay_" in address, error_number(page))
    payment = emulator.chooses(LOGIN, 210, "paid")
    is_accepted(LOGIN, 210)
    sent = shop.heard("/result", 210)[-1].fields
    want = {"shp_Item": "first", "shp_shop": LOGIN, "shp_zone": "7"}
    check("everything: custom fields come back", custom(sent) == want, sent)
    check("everything: the address comes back", sent["EMail"] == "buyer@example.com", sent)
    buyer.returns(emulator, payment)
    back = shop.hears("/thanks", 210)
    genuine = library().is_redirect_valid(
        back.fields["SignatureValue"], back.fields["OutSum"], back.fields["InvId"], **custom(back.fields)
    )
    check("everything: the buyer returns by POST and is believed", back.method == "POST" and genuine, back.fields)
    stated_at_result_url2(210)


def stated_at_result_url2(order):
    """The library does not read these statements, so only their content is looked at."""
    emulator.sees(LOGIN, order, state="paid")
    statement = until_stated(order)
    check("statement: shop and state", (statement["shop"], statement["state"]) == (LOGIN, "OK"), statement)
    check("statement: sum", statement["incSum"].startswith("150.5"), statement)
    check("statement: key of the operation", len(statement["opKey"]) == 46, statement)


def until_stated(order):
    def found():
        for call in [call for call in list(shop.calls) if call.path == "/result2"]:
            payload = call.body.strip('"').split(".")[1]
            content = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            if content["data"]["invId"] == str(order):
                return content["data"]
        return None

    return until(f"order {order}: a statement at ResultUrl2", found)


def rehearsed():
    shops = library(is_test=True)
    buyer = Buyer()
    address, page = buyer.opens(link(shops, 7, 220))
    check("rehearsal: the link leads to the payment page", "/pay/pay_" in address, error_number(page))
    emulator.chooses(LOGIN, 220, "paid")
    is_accepted(LOGIN, 220)
    sent = shop.heard("/result", 220)[-1].fields
    check("rehearsal: says so, and the sum is as sent", (sent["IsTest"], sent["OutSum"]) == ("1", "7"), sent)


def wrong_password_is_refused():
    shops = Robokassa(LOGIN, "password-of-nobody", "password2")
    _, page = Buyer().opens(link(shops, 5, 230))
    check("a wrong password: error 29", error_number(page) == 29, error_number(page))
    check("a wrong password: no payment", emulator.payment(LOGIN, 230) is None)
    try:
        state(Robokassa(LOGIN, "password1", "password-of-nobody"), 100)
        check("OpState with a wrong password is refused", False)
    except RobokassaRequestError as refusal:
        check("OpState with a wrong password is refused", "signature" in str(refusal), refusal)


def kept_for_later():
    shops = library()
    address, page = Buyer().opens(link(shops, 12, 240, recurring=True))
    check("recurring: the first link leads to the payment page", "/pay/pay_" in address, error_number(page))
    emulator.chooses(LOGIN, 240, "paid")
    is_accepted(LOGIN, 240)
    # The library leaves the login out of this signature and the earlier number out of the link: no service can
    # take it. robokassa-mcp and the program's own tests charge kept methods.
    later = shops.generate_subscription_link(inv_id=241, previous_inv_id=240, out_sum=12)
    _, page = Buyer().opens(moved(later.url, emulator.url))
    check("recurring: its link for later, signed without the login, is refused", error_number(page) == 29)


def invoiced(shops, **more):
    asked = {"invoice_type": InvoiceType.ONE_TIME, "merchant_comments": "by a program", "shop": shops.merchant_login}
    return asyncio.run(shops.generate_protected_payment_link(**asked, **more))


def invoices_in_its_digests():
    for order, (login, digest) in enumerate(SHOPS.items(), 300):
        if digest is HashAlgorithm.ripemd160:
            continue  # The library makes no token with it: its function for the digest wants an argument too many.
        shops, buyer = library(login), Buyer()
        item = {"name": "Чай", "cost": 10.25, **RECEIPT_ITEM}
        made = invoiced(
            shops, out_sum=20.5, inv_id=order, description="Чай", receipt={"sno": "osn", "items": [item]},
            expiration_date=datetime.now(timezone.utc) + timedelta(days=1),
        )
        check(f"invoice, {digest.value}: identifier", len(made.params.id) == 36, made.params.id)
        check(f"invoice, {digest.value}: its address is ours", made.url.startswith(emulator.url), made.url)
        address, page = buyer.opens(made.url)
        check(f"invoice, {digest.value}: leads to the payment page", "/pay/pay_" in address, error_number(page))
        emulator.chooses(login, order, "paid")
        is_accepted(login, order)
        sent = custom(shop.heard("/result", order)[-1].fields)
        want = {"shp_interface": "InvoiceService.WebApi", "shp_shop": login}
        check(f"invoice, {digest.value}: custom fields", sent == want, sent)
        check(f"invoice, {digest.value}: state", state(shops, order).state is PaymentState.COMPLETED)
        _, page = Buyer().opens(made.url)
        check(f"invoice, {digest.value}: paid once", error_number(page) == 52, error_number(page))


def invoices_withdrawn():
    shops = library()
    by_number = invoiced(shops, out_sum=3, inv_id=320)
    asyncio.run(shops.deactivate_invoice(inv_id=320))
    by_id = invoiced(shops, out_sum=3, inv_id=321)
    asyncio.run(shops.deactivate_invoice(id=by_id.params.id))
    by_address = invoiced(shops, out_sum=3, inv_id=322)
    asyncio.run(shops.deactivate_invoice(encoded_id=by_address.url.rsplit("/", 1)[1]))
    for made, how in [(by_number, "number"), (by_id, "identifier"), (by_address, "address")]:
        _, page = Buyer().opens(made.url)
        check(f"invoice withdrawn by its {how}: error 51", error_number(page) == 51, error_number(page))
    for what, call in [
        ("an unknown number", lambda: shops.deactivate_invoice(inv_id=999)),
        ("a stranger's password", lambda: Robokassa(LOGIN, "nobody", "nobody").deactivate_invoice(inv_id=320)),
    ]:
        try:
            asyncio.run(call())
            check(f"withdrawing by {what} is refused", False)
        except RobokassaInterfaceError:
            check(f"withdrawing by {what} is refused", True)
    try:
        invoiced(shops, out_sum=0, inv_id=323)
        check("an invoice for nothing is refused", False)
    except RobokassaInterfaceError:
        check("an invoice for nothing is refused", True)


with Emulator(shop, [{"login": login, "algorithm": digest.value} for login, digest in SHOPS.items()]) as emulator:
    robokassa.client.AUTH_BASE_URL = moved(robokassa.client.AUTH_BASE_URL, emulator.url)
    robokassa.client.SERVICES_BASE_URL = moved(robokassa.client.SERVICES_BASE_URL, emulator.url)
    live([
        paid_in_every_digest, refused_and_not_told, forged_and_repeated, with_everything_a_link_can_have, rehearsed,
        wrong_password_is_refused, kept_for_later, invoices_in_its_digests, invoices_withdrawn,
    ])
