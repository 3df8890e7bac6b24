import { afterEach, beforeEach, expect, it } from 'vitest'
import { createSettings } from '../../../electron/host/settings.ts'
import { openTestLibrary, type TestLibrary } from '../../support/open-test-library.ts'

let library: TestLibrary
beforeEach(async () => {
  library = await openTestLibrary()
})
afterEach(() => library.cleanup())

const environment = { WANDB_BASE_URL: 'https://w.example', WANDB_ENTITY: 'env-team' }

it('takes what is stored before the environment, and the environment before defaults', () => {
  const settings = createSettings(library.context, { environment })
  expect(settings.get().wandb).toEqual({
    baseUrl: 'https://w.example',
    entity: 'env-team',
    project: '',
    autoPush: true,
    embedImages: false,
    every: 'off',
    allowHttp: false,
  })
  settings.set({ wandb: { entity: 'team', project: 'street' } })
  settings.set({ author: 'A. Person' })
  expect(createSettings(library.context, { environment: {} }).get()).toEqual({
    author: 'A. Person',
    wandb: {
      baseUrl: 'https://api.wandb.ai',
      entity: 'team',
      project: 'street',
      autoPush: true,
      embedImages: false,
      every: 'off',
      allowHttp: false,
    },
    segments: { baseUrl: 'https://api.segments.ai', allowHttp: false },
    network: { proxy: '', noProxy: '', caFile: '' },
  })
})

it('keeps the address of Segments.ai beside that of W&B, the environment before the default', () => {
  const settings = createSettings(library.context, {
    environment: { SEGMENTS_BASE_URL: 'https://labels.example' },
  })
  expect(settings.get().segments).toEqual({ baseUrl: 'https://labels.example', allowHttp: false })
  settings.set({ segments: { baseUrl: 'https://other.example' } })
  settings.set({ wandb: { entity: 'team' } })
  expect(settings.get()).toMatchObject({
    segments: { baseUrl: 'https://other.example' },
    wandb: { entity: 'team' },
  })
})

it.each([
  'nonsense',
  'ftp://s.example',
  'https://user:secret@s.example',
  'https://s.example/api',
  'http://api.segments.ai',
  'https://app.segments.ai',
  'https://segments.ai',
  'http://s.example',
])('refuses %s as an address of Segments.ai and keeps the one before', (baseUrl) => {
  const settings = createSettings(library.context, { environment: {} })
  settings.set({ segments: { baseUrl: 'http://127.0.0.1:8080' } })
  expect(() => settings.set({ segments: { baseUrl } })).toThrow(
    expect.objectContaining({ code: 'BAD_REQUEST', message: expect.not.stringContaining('secret') }),
  )
  expect(settings.get().segments.baseUrl).toBe('http://127.0.0.1:8080')
  if (baseUrl !== 'http://s.example') return
  settings.set({ segments: { baseUrl, allowHttp: true } })
  expect(settings.get().segments.baseUrl).toBe(baseUrl)
})

it('lets one process override what is stored without storing it', () => {
  const settings = createSettings(library.context, { environment: {}, override: { project: 'other' } })
  settings.set({ wandb: { project: 'street' } })
  expect(settings.get().wandb.project).toBe('other')
  expect(createSettings(library.context, { environment: {} }).get().wandb.project).toBe('street')
})

it.each(['nonsense', 'ftp://w.example', 'https://user:secret@w.example', 'http://api.wandb.ai'])(
  'refuses %s as an address and keeps the one before',
  (baseUrl) => {
    const settings = createSettings(library.context, { environment: {} })
    settings.set({ wandb: { baseUrl: 'https://w.example' } })
    expect(() => settings.set({ wandb: { baseUrl } })).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST' }),
    )
    expect(settings.get().wandb.baseUrl).toBe('https://w.example')
  },
)

it('goes on with defaults when what is stored is damaged', () => {
  library.context.db.prepare("INSERT INTO settings VALUES ('library', '{\"wandb\":7}')").run()
  expect(createSettings(library.context, { environment: {} }).get().wandb.autoPush).toBe(true)
  expect(library.logs.join()).toContain('settings')
})
