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
    network: { proxy: '', noProxy: '', caFile: '' },
  })
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
