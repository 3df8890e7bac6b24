// Text that became markup or script would have to pass here first; the policy of both hosts asks for it
// (`electron/transport/page-headers.ts`). Two things of libraries may: Konva empties its container, workers start.
type Rules = { createHTML(text: string): string; createScriptURL(address: string): string }
type Factory = { createPolicy(name: 'default', rules: Rules): unknown }

const { trustedTypes } = globalThis as { trustedTypes?: Factory }

trustedTypes?.createPolicy('default', {
  createHTML(text) {
    if (text === '') return text
    throw new TypeError('markup from text')
  },
  createScriptURL(address) {
    const { origin, pathname } = new URL(address, location.href)
    if (origin === location.origin && pathname.startsWith('/assets/')) return address
    throw new TypeError('a script from elsewhere')
  },
})
