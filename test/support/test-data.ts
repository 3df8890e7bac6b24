import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** Folder of the shared photographs and ground truths. Not part of the repository: check `hasTestData` and skip aloud. */
export const testData = resolve(repository, process.env.TESSERA_TEST_DATA ?? '../shared/data')

export function hasTestData(path: string): boolean {
  return existsSync(join(testData, path))
}

/** Why a test that needs `path` is skipped; put it into the test's name. */
export function whyNoTestData(path: string): string {
  return hasTestData(path) ? '' : ` [skipped: ${path} is not in TESSERA_TEST_DATA]`
}
