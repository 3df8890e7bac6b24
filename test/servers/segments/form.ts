export type FormPart = { name: string; filename: string | null; bytes: Buffer }

/** The parts of a `multipart/form-data` body in their order, or what is wrong with it. */
export function readForm(contentType: string, body: Buffer): FormPart[] | string {
  const found = /^multipart\/form-data;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType)
  if (found === null) return 'The body is no multipart/form-data.'
  const delimiter = Buffer.from(`\r\n--${found[1] ?? found[2]}`)
  const parts: FormPart[] = []
  // The first delimiter has no line before it.
  if (!body.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2))) return 'The body has no parts.'
  let at = delimiter.length - 2
  for (;;) {
    const mark = body.toString('latin1', at, at + 2)
    if (mark === '--') return parts
    if (mark !== '\r\n') return 'The body ends in the middle.'
    const headEnd = body.indexOf('\r\n\r\n', at)
    const end = headEnd < 0 ? -1 : body.indexOf(delimiter, headEnd + 2)
    if (end < 0) return 'The body ends in the middle.'
    const head = body.toString('utf8', at + 2, headEnd)
    const disposition = /^content-disposition:\s*form-data(.*)$/im.exec(head)?.[1]
    const name = /;\s*name="([^"]*)"/i.exec(disposition ?? '')?.[1]
    if (name === undefined) return 'A part has no name.'
    const filename = /;\s*filename\*?="?([^";]*)"?/i.exec(disposition ?? '')?.[1] ?? null
    parts.push({ name, filename, bytes: body.subarray(headEnd + 4, end) })
    at = end + delimiter.length
  }
}
