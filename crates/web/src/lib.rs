//! Incoming HTTP: the merchants' doors and the checkout.
