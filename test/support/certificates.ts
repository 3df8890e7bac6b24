import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A certificate and its key, both as PEM. */
export type TestCertificate = { readonly cert: string; readonly key: string; readonly name: string }

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts)
  const length =
    body.length < 128
      ? [body.length]
      : body.length < 256
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}
const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts)
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))
const nameOf = (text: string) => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(text)))))
const time = (at: Date) =>
  der(0x17, Buffer.from(at.toISOString().replace(/[-:T]/g, '').slice(2, 14).concat('Z')))

/**
 * Makes a certificate for the names `hosts`, signed by `issuer`, by itself without one. It holds from a day before now, or
 * has ended an hour ago.
 */
export function makeCertificate(options: {
  readonly name: string
  readonly hosts?: readonly string[]
  readonly issuer?: TestCertificate
  readonly hasExpired?: boolean
}): TestCertificate {
  const { name, hosts = [], issuer, hasExpired = false } = options
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const isAuthority = issuer === undefined
  const day = 86_400_000
  const extensions = [
    sequence(
      oid('551d13'),
      der(1, Buffer.from([255])),
      der(4, sequence(...(isAuthority ? [der(1, Buffer.from([255]))] : []))),
    ),
    ...(hosts.length > 0
      ? [
          sequence(
            oid('551d11'),
            der(
              4,
              sequence(
                ...hosts.map((host) =>
                  /^[\d.]+$/.test(host)
                    ? der(0x87, Buffer.from(host.split('.').map(Number)))
                    : der(0x82, Buffer.from(host)),
                ),
              ),
            ),
          ),
        ]
      : []),
  ]
  const body = sequence(
    der(0xa0, der(2, Buffer.from([2]))),
    der(2, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    nameOf(issuer?.name ?? name),
    sequence(time(new Date(Date.now() - day)), time(new Date(Date.now() + (hasExpired ? -day / 24 : day)))),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signer: KeyObject = issuer ? createPrivateKey(issuer.key) : privateKey
  const signature = sign('sha256', body, signer)
  const whole = sequence(body, ecdsaWithSha256, der(3, Buffer.concat([Buffer.from([0]), signature])))
  const lines = whole
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n')
  return {
    name,
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}
