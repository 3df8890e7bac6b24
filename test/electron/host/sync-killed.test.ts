import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { startWandbDouble } from '../../servers/wandb/server.ts'
import { openPushLibrary } from '../../support/push-library.ts'

const key = 'canary0123456789canary0123456789canary0123'
const child = fileURLToPath(new URL('../../support/push-child.ts', import.meta.url))
let running: ChildProcess | null = null
afterEach(() => {
  running?.kill('SIGKILL')
})

const pushInChild = (folder: string, url: string) => {
  running = spawn(process.execPath, [child, folder, url], {
    env: { ...process.env, WANDB_API_KEY: key },
    stdio: 'inherit',
  })
  return running
}

it.each([
  ['createArtifact', 0],
  ['createArtifactManifest', 0],
  ['createArtifactFiles', 1],
  ['createArtifactManifest', 1],
  ['commitArtifact', 0],
  ['file_stream', 0],
] as const)('resumes to one version when killed at %s (call %i)', async (on, after) => {
  const folder = mkdtempSync(join(tmpdir(), 'killed-'))
  const server = await startWandbDouble({ data: join(folder, 'server'), apiKey: key, dedupe: 'none' })
  const library = openPushLibrary(join(folder, 'library'))
  // More files than one batch of addresses, so that a kill falls between finished and unfinished ones.
  library.commit(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}.jpg`, `picture ${i}`])), null)
  library.close()
  // The call takes effect or not by the time of the kill; both must end alike.
  server.fail({ on, action: { kind: 'slow', ms: 400 }, after })
  const first = pushInChild(join(folder, 'library'), server.url)
  const seen = after + 1
  while (server.count(on) < seen && first.exitCode === null) await sleep(5)
  first.kill('SIGKILL')
  await once(first, 'exit')
  expect(first.signalCode).toBe('SIGKILL')
  await sleep(450)
  const sent = server.count('put')
  const second = pushInChild(join(folder, 'library'), server.url)
  await once(second, 'exit')
  expect(second.exitCode).toBe(0)
  expect(server.store.state.artifacts.filter((a) => a.state === 'COMMITTED').length).toBe(1)
  expect(server.store.state.artifacts.length).toBe(1)
  expect(server.store.state.runs.map((run) => run.state)).toEqual(['finished'])
  // 60 images, dataset.json, one manifest; the manifest alone may go twice.
  expect(server.count('put')).toBeLessThanOrEqual(63)
  expect(server.count('put')).toBeGreaterThanOrEqual(sent)
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})
