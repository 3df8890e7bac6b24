import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { startSegmentsDouble } from '../servers/segments/server.ts'
import { startWandbDouble } from '../servers/wandb/server.ts'

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const key = 'canary-pipeline-5f0c2f1b7a3d4e6f8a9b0c1d2e3f4a5b'
/** The part of the sample images that is used: small, with road, cars and houses. */
const part = { left: 400, top: 300, width: 320, height: 240 }

/** What the script says of a run that came to its end. */
export type Told = {
  changes: number
  versions: { id: string; number: number; message: string }[]
  sent: { version: number; artifact: string | null; digest: string }[]
  releases: { name: string; samples: number; version: string | null }[]
  trainings: ({ data: string; run: string; model: string; mIoU: number; images: number } | null)[]
  lineage: string[]
}
export type PipelineWorld = Awaited<ReturnType<typeof createPipelineWorld>>

/**
 * A computer of its own with photographs in two folders, what they show, and both servers. `python`: one that can train,
 * or null to leave that step out.
 */
export async function createPipelineWorld(python: string | null) {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-pipeline-'))
  const path = (...parts: string[]) => join(folder, ...parts)
  for (const name of ['photos', 'edge', 'masks', 'truth', 'wandb', 'cache', 'data']) mkdirSync(path(name))
  for (const n of [1, 2, 3, 4]) {
    const sample = (name: string) => fromRoot(`assets/samples/${name}`)
    const to = n === 4 ? 'edge' : 'photos'
    await sharp(sample(`street-${n}.jpg`))
      .extract(part)
      .png()
      .toFile(path(to, `street-${n}.png`))
    await sharp(sample(`truth/street-${n}.png`))
      .extract(part)
      .png()
      .toFile(path('truth', `street-${n}.png`))
    const { objects } = JSON.parse(readFileSync(sample(`truth/street-${n}.json`), 'utf8'))
    writeFileSync(path('truth', `street-${n}.json`), JSON.stringify({ objects }))
    // As the command line takes both.
    cpSync(path('truth', `street-${n}.png`), path('masks', `street-${n}.png`))
    writeFileSync(path('masks', `street-${n}.json`), JSON.stringify(objects))
  }
  const wandb = await startWandbDouble({ data: path('wandb-server'), apiKey: key })
  const segments = await startSegmentsDouble({ dir: path('segments-server'), apiKey: key, releaseMs: 50 })
  const environment = {
    PATH: `${path('bin')}:${process.env.PATH ?? ''}`,
    TMPDIR: tmpdir(),
    HOME: folder,
    XDG_CONFIG_HOME: path('config'),
    XDG_CACHE_HOME: path('cache'),
    XDG_STATE_HOME: path('state'),
    TESSERA_KEYRING: 'off',
    SEGMENTS_BASE_URL: segments.url,
    SEGMENTS_API_KEY: key,
    WANDB_BASE_URL: wandb.url,
    WANDB_ENTITY: 'me',
    WANDB_PROJECT: 'street',
    WANDB_API_KEY: key,
    WANDB_ERROR_REPORTING: 'false',
    WANDB_SILENT: 'true',
    WANDB_CONSOLE: 'off',
    WANDB_X_DISABLE_STATS: 'true',
    WANDB_X_DISABLE_META: 'true',
    WANDB_DIR: path('wandb'),
    WANDB_CACHE_DIR: path('cache'),
    WANDB_DATA_DIR: path('data'),
    WANDB_CONFIG_DIR: path('data'),
    TESSERA_LIBRARY: path('library'),
  }
  const children = new Set<ChildProcess>()

  /** Starts a program of ours, which may start others: they all end when it is killed. */
  function start(program: string, argv: readonly string[]) {
    const child = spawn(program, argv, {
      cwd: folder,
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.add(child)
    let [out, err] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text
    })
    const ended = new Promise<{ code: number | null; out: string; err: string }>((done) =>
      child.once('close', (code) => {
        children.delete(child)
        done({ code, out, err })
      }),
    )
    return { kill: () => killAll(child), isRunning: () => children.has(child), ended }
  }
  const startPipeline = () =>
    start(process.execPath, [
      fromRoot('docs/guide/pipeline/pipeline.ts'),
      ...['--library', path('library'), '--dataset', 'me/street'],
      ...['--images', path('photos'), '--edge', path('edge'), '--truth', path('truth'), '--json'],
      ...(python === null ? [] : ['--python', python]),
    ])

  return {
    wandb,
    segments,
    path,
    /** Runs the script to its end. */
    async run(): Promise<Told> {
      const { code, out, err } = await startPipeline().ended
      if (code !== 0) throw new Error(`the pipeline ended with ${code}: ${err}`)
      return JSON.parse(out) as Told
    },
    /** Runs the script, and kills it and all that it started as soon as `when` holds. False: it ended before. */
    async runUntil(when: () => boolean): Promise<boolean> {
      const run = startPipeline()
      while (run.isRunning() && !when()) await sleep(2)
      const isKilled = run.isRunning()
      run.kill()
      await run.ended
      return isKilled
    },
    /**
     * Runs lines of shell where `tessera` is the command line and `python` the one that can train, or one that does nothing.
     * Answers what they printed, line by line; rejects at the first that fails.
     */
    async shell(text: string): Promise<string[]> {
      mkdirSync(path('bin'))
      const line = `exec "${process.execPath}" "${fromRoot('electron/cli.ts')}" "$@"`
      writeFileSync(path('bin', 'tessera'), `#!/bin/sh\n${line}\n`, { mode: 0o755 })
      const train = fromRoot('docs/guide/pipeline/train.py')
      const python3 = python === null ? 'exit 0' : `shift; exec "${python}" "${train}" "$@"`
      writeFileSync(path('bin', 'python'), `#!/bin/sh\n${python3}\n`, { mode: 0o755 })
      const { code, out, err } = await start('sh', ['-e', '-c', text]).ended
      if (code !== 0) throw new Error(`the shell ended with ${code}: ${err}${out}`)
      return out.trim().split('\n')
    },
    /** What `tessera verify` finds. */
    async findings(): Promise<unknown[]> {
      const argv = [fromRoot('electron/cli.ts'), 'verify', '--json', '--library', path('library')]
      const { out, err } = await start(process.execPath, argv).ended
      if (out === '') throw new Error(err)
      return (JSON.parse(out) as { findings: unknown[] }).findings
    },
    async close() {
      for (const child of children) killAll(child)
      await wandb.close()
      await segments.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function killAll({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}
