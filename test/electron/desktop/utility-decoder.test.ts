import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { basename } from 'node:path'
import { beforeEach, expect, it, vi } from 'vitest'
import { startUtilityDecoder } from '../../../electron/desktop/utility-decoder.ts'

/** Electron's utility process as far as a decoder is one. */
const electron = await vi.hoisted(async () => {
  const { EventEmitter } = await import('node:events')
  class Utility extends EventEmitter {
    pid: number | undefined
    postMessage = vi.fn()
  }
  const made: Utility[] = []
  const fork = vi.fn(() => {
    const child = new Utility()
    made.push(child)
    return child
  })
  return { made, utilityProcess: { fork } }
})
vi.mock('electron', () => electron)
beforeEach(() => void electron.made.splice(0))

it('starts the decoder without the secrets of the environment', () => {
  vi.stubEnv('WANDB_API_KEY', 'canary')
  startUtilityDecoder()
  const [module, args, options] = electron.utilityProcess.fork.mock.calls[0] as unknown as [
    string,
    string[],
    { env: Record<string, string>; execArgv: string[]; stdio: string },
  ]
  expect([basename(module), args, options.stdio]).toEqual(['child.ts', [], 'ignore'])
  expect(options.env.PATH).toBe(process.env.PATH)
  expect(JSON.stringify(options)).not.toContain('canary')
  expect(options.execArgv).toContain('--disable-proto=delete')
  vi.unstubAllEnvs()
})

it('carries requests, answers and the end', () => {
  const decoder = startUtilityDecoder()
  const [child] = electron.made
  const [answered, ended] = [vi.fn(), vi.fn()]
  decoder.onAnswer(answered)
  decoder.onExit(ended)
  const request = { kind: 'inspect', path: '/image', format: 'png' } as const
  decoder.send(request)
  child!.emit('message', { kind: 'converted' })
  child!.emit('exit', 75)
  expect(child!.postMessage).toHaveBeenCalledWith(request)
  expect(answered).toHaveBeenCalledWith({ kind: 'converted' })
  expect(ended).toHaveBeenCalledWith(75)
})

it('ends a decoder that does not listen, and one that has ended already', async () => {
  const hangs = spawn(process.execPath, [
    '-e',
    'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)',
  ])
  await once(hangs, 'spawn')
  const decoder = startUtilityDecoder()
  decoder.kill()
  electron.made[0]!.pid = hangs.pid
  decoder.kill()
  const [, signal] = (await once(hangs, 'exit')) as [null, string]
  expect(signal).toBe('SIGKILL')
  expect(() => decoder.kill()).not.toThrow()
})
