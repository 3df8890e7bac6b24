/** The one origin the desktop window shows. Standard and secure, so the page has storage, workers and isolation. */
export const scheme = 'app'
export const pageOrigin = `${scheme}://tessera`
export const pageAddress = `${pageOrigin}/`
