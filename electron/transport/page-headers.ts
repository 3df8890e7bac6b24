/**
 * Headers of every answer of both hosts, so that the page runs under the same rules in a window and in a browser.
 * Nothing inline, nothing from elsewhere, no eval. Styles that scripts set on elements are not inline; the icon of the
 * page is an empty `data:` address.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    // WebAssembly may be compiled, and no text run.
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    // Text becomes neither markup nor script, unless `renderer/app/trusted-types.ts` lets it pass.
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // These three make the page cross-origin isolated, which workers need to share memory.
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/**
 * Headers of everything that is data and no page. Opened by itself, somebody else's picture is saved to disk and runs
 * nothing.
 */
export const dataHeaders: Readonly<Record<string, string>> = {
  ...pageHeaders,
  'content-security-policy': "default-src 'none'; sandbox",
  'content-disposition': 'attachment',
}
