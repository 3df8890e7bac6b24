/** Whether a typed address may be that of a server; an empty one is none yet. */
export const isUrl = (address: string): boolean => address === '' || /^https?:\/\/[^/\s]+/.test(address)

/** Whether what is sent there could be read on the way. */
export function isOpenAddress(address: string): boolean {
  const url = URL.parse(address.trim())
  return url?.protocol === 'http:' && !/^(localhost|.*\.localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname)
}
