// The npm library @dev-aces/robokassa, as a shop uses it. Only the host in its address option is ours.
import { createRequire } from 'node:module';

const { Robokassa } = createRequire(import.meta.url)('@dev-aces/robokassa');

export const name = 'npm @dev-aces/robokassa';

function library(shop, aggregator) {
  return new Robokassa({
    merchantLogin: shop.login,
    password1: shop.password1,
    password2: shop.password2,
    hashAlgorithm: shop.digest,
    isTest: shop.isTest,
    url: new URL('/Merchant/Index.aspx', aggregator).href,
  });
}

/** The address that the buyer is sent to. `sum` is text with two decimals. */
export async function link(shop, aggregator, { order, sum, description }) {
  return library(shop, aggregator).generatePaymentUrl({
    invId: order,
    outSum: sum,
    description,
    userParameters: { Shp_cart: 'red shoes', shp_clerk: '7' },
  });
}

/** Whether the library believes a call to ResultURL. */
export async function believesResult(shop, aggregator, fields) {
  return library(shop, aggregator).checkPayment(fields);
}
