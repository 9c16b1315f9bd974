"""Proves the YooKassa simulator with the provider's own SDK, its code unchanged but for the host.

Usage: yookassa_sdk.py SIMULATOR_URL [SHOP_ID SECRET]
"""

import json
import sys
import urllib.request
import uuid

from yookassa import Configuration, Payment, Receipt, Refund, Settings
from yookassa.domain.exceptions import BadRequestError, NotFoundError, UnauthorizedError

BASE = sys.argv[1].rstrip("/")
SHOP, SECRET = sys.argv[2:4] if len(sys.argv) == 4 else ("100500", "test_NotASecret")
passed = 0


def check(what, right):
    """Counts one right thing; the first wrong one ends the program."""
    global passed
    if not right:
        print(f"wrong: {what}")
        print(f"{passed} passed, 1 failed")
        sys.exit(1)
    passed += 1


def refused(what, kind, call, parameter=None):
    """The call must fail with this error, blaming this parameter."""
    try:
        call()
    except kind as error:
        content = error.args[0]
        check(f"{what}: error body", content["type"] == "error" and len(content["id"]) == 36)
        check(f"{what}: parameter", parameter is None or content.get("parameter") == parameter)
    else:
        check(f"{what}: an error was expected", False)


def payer(payment, **decision):
    """The payer's decision, through the simulator's interface for tests."""
    body = json.dumps({"outcome": "pay", **decision}).encode()
    request = urllib.request.Request(
        f"{BASE}/control/payments/{payment.id}", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as reply:
        check("the payer's decision is taken", reply.status == 200)


def rub(value):
    return {"value": value, "currency": "RUB"}


def receipt(value):
    return {
        "customer": {"email": "buyer@example.com"},
        "tax_system_code": 1,
        "items": [
            {
                "description": "Tea", "quantity": "2", "amount": rub(value), "vat_code": 1,
                "payment_mode": "full_payment", "payment_subject": "commodity",
            }
        ],
    }


def order(value="100.00", method="bank_card", kind="redirect", **more):
    confirmation = {"type": kind}
    if kind == "redirect":
        confirmation["return_url"] = "https://shop.example/back"
    data = {"type": method}
    if kind == "external":
        data["phone"] = "79000000000"
    return {
        "amount": rub(value), "payment_method_data": data, "confirmation": confirmation,
        "description": "Order 1", **more,
    }


def create_and_read():
    for method in ["bank_card", "yoo_money", "sbp", "sberbank", "tinkoff_bank", "cash"]:
        payment = Payment.create(order(method=method, capture=True, metadata={"order": "1"}))
        check(f"{method}: created", payment.status == "pending" and payment.test and not payment.paid)
        check(f"{method}: sum", str(payment.amount.value) == "100.00" and payment.amount.currency == "RUB")
        check(f"{method}: page", payment.confirmation.confirmation_url.startswith(f"{BASE}/pay/"))
        check(f"{method}: metadata", payment.metadata["order"] == "1" and "cms_name" in payment.metadata)
        read = Payment.find_one(payment.id)
        check(f"{method}: read", read.id == payment.id and read.payment_method.type == method)
        payer(payment)
        read = Payment.find_one(payment.id)
        check(f"{method}: paid", read.status == "succeeded" and read.paid and read.refundable)
        check(f"{method}: income", str(read.income_amount.value) == "97.20")
    qr = Payment.create(order(method="sbp", kind="qr", capture=True))
    check("qr: data", qr.confirmation.confirmation_data.startswith(f"{BASE}/pay/"))
    for method in ["mobile_balance", "sberbank"]:
        push = Payment.create(order(method=method, kind="external", capture=True))
        check(f"{method}: external", push.confirmation.type == "external")
        payer(push)
        check(f"{method}: confirmed elsewhere", Payment.find_one(push.id).status == "succeeded")
    declined = Payment.create(order(capture=True))
    payer(declined, outcome="decline", reason="3d_secure_failed")
    declined = Payment.find_one(declined.id)
    check("declined", declined.status == "canceled" and not declined.paid)
    check("reason", declined.cancellation_details.reason == "3d_secure_failed")


def capture_and_cancel():
    def held():
        payment = Payment.create(order())
        payer(payment)
        payment = Payment.find_one(payment.id)
        check("held", payment.status == "waiting_for_capture" and payment.paid and payment.expires_at)
        return payment

    full = Payment.capture(held().id)
    check("captured in full", full.status == "succeeded" and str(full.amount.value) == "100.00")
    part = Payment.capture(held().id, {"amount": rub("60.00")})
    check("captured in part", part.status == "succeeded" and str(part.amount.value) == "60.00")
    refused("captured twice", BadRequestError, lambda: Payment.capture(part.id))
    refused(
        "too much", BadRequestError,
        lambda: Payment.capture(held().id, {"amount": rub("100.01")}), "amount.value",
    )
    released = Payment.cancel(held().id)
    check("canceled", released.status == "canceled" and released.cancellation_details.party == "merchant")
    pending = Payment.create(order())
    refused("a pending payment is not canceled", BadRequestError, lambda: Payment.cancel(pending.id))


def refund_parts():
    payment = Payment.create(order(capture=True))
    payer(payment)

    def refund(value):
        return {"payment_id": payment.id, "amount": rub(value), "description": "Returned"}

    first = Refund.create(refund("60.00"))
    check("refunded in part", first.status == "succeeded" and str(first.amount.value) == "60.00")
    refused("refunded too much", BadRequestError, lambda: Refund.create(refund("40.01")), "amount.value")
    second = Refund.create(refund("40.00"))
    check("refund read", Refund.find_one(second.id).payment_id == payment.id)
    read = Payment.find_one(payment.id)
    check("refunded in whole", str(read.refunded_amount.value) == "100.00" and not read.refundable)
    listed = Refund.list({"payment_id": payment.id})
    check("refunds listed", [item.id for item in listed.items] == [second.id, first.id])


def list_pages():
    mine = [Payment.create(order()).id for _ in range(3)]
    first = Payment.list({"limit": 2})
    check("first page, newest first", [item.id for item in first.items] == [mine[2], mine[1]])
    second = Payment.list({"limit": 2, "cursor": first.next_cursor})
    check("second page", second.items[0].id == mine[0])
    pending = Payment.list({"status": "pending", "limit": 100})
    check("by status", set(mine) <= {item.id for item in pending.items})
    check("by status only", all(item.status == "pending" for item in pending.items))
    since = Payment.find_one(mine[1]).created_at
    fresh = Payment.list({"created_at.gte": since})
    check("by time", {mine[1], mine[2]} <= {item.id for item in fresh.items})
    refused("limit", BadRequestError, lambda: Payment.list({"limit": 101}), "limit")


def receipts():
    payment = Payment.create(order(value="100.00", capture=True, receipt=receipt("50.00")))
    check("receipt accepted with a payment", payment.receipt_registration == "pending")
    payer(payment)
    inline = Receipt.list({"payment_id": payment.id})
    check("receipt listed", len(inline.items) == 1 and inline.items[0].payment_id == payment.id)
    refund = Refund.create(
        {"payment_id": payment.id, "amount": rub("10.00"), "receipt": receipt("5.00")}
    )
    check("receipt accepted with a refund", refund.status == "succeeded")
    wrong = order(capture=True, receipt=receipt("49.99"))
    refused("receipt with another total", BadRequestError, lambda: Payment.create(wrong), "receipt")
    alone = receipt("50.00") | {
        "type": "payment", "payment_id": payment.id, "send": True,
        "settlements": [{"type": "prepayment", "amount": rub("100.00")}],
    }
    sent = Receipt.create(alone)
    check("receipt of its own", sent.id.startswith("rt-") and sent.type == "payment")
    check("receipt read", Receipt.find_one(sent.id).id == sent.id)


def idempotency():
    key = str(uuid.uuid4())
    first = Payment.create(order(), key)
    check("the same key gives the same payment", Payment.create(order(), key).id == first.id)
    other = order(value="200.00")
    refused("another body", BadRequestError, lambda: Payment.create(other, key), "Idempotence-Key")
    paid = Payment.create(order(capture=True))
    payer(paid)
    refund = {"payment_id": paid.id, "amount": rub("60.00")}
    key = str(uuid.uuid4())
    check("the same refund", Refund.create(refund, key).id == Refund.create(refund, key).id)
    check("refunded once", str(Payment.find_one(paid.id).refunded_amount.value) == "60.00")


def limits_and_strangers():
    least, most = order(value="0.99"), order(value="350000.01")
    refused("too little", BadRequestError, lambda: Payment.create(least), "amount.value")
    refused("too much for a card", BadRequestError, lambda: Payment.create(most), "amount.value")
    refused("unknown payment", NotFoundError, lambda: Payment.find_one("nothing"))
    settings = Settings.get_account_settings()
    check("settings", settings.account_id == SHOP and settings.test and settings.status == "enabled")
    Configuration.configure(SHOP, "test_wrong", api_url=f"{BASE}/v3")
    refused("wrong secret", UnauthorizedError, lambda: Payment.list({}))


Configuration.configure(SHOP, SECRET, api_url=f"{BASE}/v3")
for proof in [
    create_and_read, capture_and_cancel, refund_parts, list_pages, receipts, idempotency,
    limits_and_strangers,
]:
    proof()
print(f"{passed} passed, 0 failed")
