import { expect, it } from 'vitest'
import { type Here, isPart, whatItDoes } from '../../../../renderer/features/pull/what-it-does.ts'
import type { RemoteLook } from '../../../../shared/host/pull-methods.ts'

const here: Here = { hasVersion: true, branch: 'main', isOpen: false, isLinked: true, reached: new Set() }
const look = (more: Partial<RemoteLook>, versionHere: string | null = null): RemoteLook => ({
  artifact: { entity: 'me', project: 'street', versionHere } as RemoteLook['artifact'],
  kind: 'version',
  role: 'labeled_data',
  source: null,
  files: 30,
  bytes: 12_000_000,
  here: { files: 0, bytes: 0 },
  images: 10,
  labels: 4,
  outside: 0,
  versions: 3,
  isUnrelated: false,
  refused: null,
  ...more,
})

it.each<[string, RemoteLook, 'auto' | 'images', Partial<Here>, string]>([
  [
    'versions into a branch',
    look({}),
    'auto',
    {},
    'Downloads 30 files (12.0 MB), adds 3 versions to the history and merges them into main; where both sides changed the same label, you decide.',
  ],
  [
    'into an empty library',
    look({ here: { files: 10, bytes: 4_000_000 } }),
    'auto',
    { hasVersion: false, isLinked: false },
    'Downloads 20 files (8.0 MB) and makes this library the dataset at that version with its history of 3 versions. This library is then linked with me/street.',
  ],
  [
    'over what is not committed',
    look({ versions: 1, here: { files: 30, bytes: 12_000_000 } }),
    'auto',
    { isOpen: true },
    'Downloads nothing, adds 1 version to the history and merges it into main; where both sides changed the same label, you decide. What no version holds here is committed first.',
  ],
  [
    'what is here, on another branch',
    look({ versions: 0 }, 'v'),
    'auto',
    {},
    'It is here already. Getting it merges it into main.',
  ],
  [
    'what the branch has',
    look({ versions: 0 }, 'v'),
    'auto',
    { reached: new Set(['v']), isOpen: true },
    'It is here already, and main has it: there is nothing to get.',
  ],
  [
    'a dataset of another program',
    look({ kind: 'dataset', versions: 0 }),
    'auto',
    {},
    'Downloads 30 files (12.0 MB), makes a version of what is in it and merges it into main; where both sides changed the same label, you decide.',
  ],
  [
    'images, some of them elsewhere',
    look({ kind: 'images', versions: 0, outside: 2 }),
    'auto',
    { isOpen: true },
    'Downloads 28 files (12.0 MB) and adds up to 10 images and 4 labels to the dataset; what is here already is not added twice, and no version is made yet. 2 files that lie elsewhere are left out.',
  ],
  [
    'a version as images alone',
    look({ labels: 0 }),
    'images',
    { isOpen: true },
    'Downloads 30 files (12.0 MB) and adds up to 10 images to the dataset; what is here already is not added twice, and no version is made yet.',
  ],
  [
    'nothing of use',
    look({ kind: 'none' }),
    'auto',
    {},
    'There is nothing in it that can be used here: no images, and no dataset.',
  ],
])('says what getting would do: %s', (_, what, as, more, words) => {
  expect(whatItDoes(what, as, { ...here, ...more })).toBe(words)
})

it('holds for part of the branch only what is whole and reached', () => {
  const reached = new Set(['v'])
  expect(isPart(look({ versions: 0 }, 'v'), { ...here, reached })).toBe(true)
  expect(isPart(look({ versions: 1 }, 'v'), { ...here, reached })).toBe(false)
  expect(isPart(look({ versions: 0 }, 'w'), { ...here, reached })).toBe(false)
  expect(isPart(look({ versions: 0 }), { ...here, reached })).toBe(false)
})
