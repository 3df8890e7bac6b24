import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { getCACertificates, rootCertificates } from 'node:tls'
import { AppError } from '../../../shared/base/app-error.ts'

const mostBytes = 4 * 1024 * 1024

/**
 * The certificates of a PEM file. Throws AppError `BAD_REQUEST` when it cannot be read, holds none, or holds something
 * that is none; a private key beside them is not looked at.
 */
export function readAuthorities(path: string): string[] {
  const bad = (why: string, cause?: unknown) =>
    new AppError('BAD_REQUEST', `The file of certificate authorities ${why}.`, {
      remedy: 'Choose a PEM file: text that begins with -----BEGIN CERTIFICATE-----.',
      cause,
    })
  let text: string
  try {
    if (statSync(path).size > mostBytes) throw bad('is larger than 4 MiB')
    text = readFileSync(path, 'latin1')
  } catch (error) {
    throw error instanceof AppError ? error : bad('cannot be read', error)
  }
  const found = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
  if (found.length === 0) throw bad('holds no certificate')
  for (const [at, pem] of found.entries()) {
    try {
      new X509Certificate(pem)
    } catch (cause) {
      throw bad(`is damaged: its certificate ${at + 1} cannot be read`, cause)
    }
  }
  return found
}

/** What is trusted without a wish: the authorities that come with the runtime, and those it was started with. */
export function usualAuthorities(): readonly string[] {
  try {
    return getCACertificates('default')
  } catch {
    return rootCertificates
  }
}
