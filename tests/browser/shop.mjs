// A shop's server for one test: it hears notices, checks them with the shop's own library, greets buyers.
import { createServer } from 'node:http';

/** `believes(fields)` is the library's check; a notice that it does not believe is answered `bad sign`. */
export async function openShop(believes) {
  const notices = [];
  const returns = [];
  const server = createServer(async (request, answer) => {
    const address = new URL(request.url, 'http://shop');
    const fields = Object.fromEntries([...address.searchParams, ...new URLSearchParams(await bodyOf(request))]);
    answer.setHeader('content-type', 'text/html; charset=utf-8');
    if (address.pathname === '/result') {
      // A library that throws does not believe; the reason stands in the test's message.
      const believed = await believes(fields).catch((fault) => fault.message);
      notices.push({ fields, believed });
      answer.end(believed === true ? `OK${fields.InvId}` : 'bad sign');
    } else {
      returns.push({ path: address.pathname, fields });
      answer.end(`<!doctype html><html lang="en"><title>Shop</title><h1>Back at the shop: ${address.pathname}</h1>`);
    }
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const base = `http://127.0.0.1:${server.address().port}`;
  return {
    notices,
    returns,
    addresses: { result: `${base}/result`, success: `${base}/success`, fail: `${base}/fail` },
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}

async function bodyOf(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
