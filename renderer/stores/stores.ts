import { createContext, useContext } from 'react'
import type { FaceHost } from '../host/face-host.ts'
import { type AppInfoStore, createAppInfoStore } from './app-info.ts'
import { type CardsStore, createCardsStore } from './cards.ts'
import { type CategoriesStore, createCategoriesStore } from './categories.ts'
import { type CategoryJobStore, createCategoryJobStore } from './category-job.ts'
import { type ChecksStore, createChecksStore } from './checks.ts'
import { type CoachStore, createCoachStore } from './coach.ts'
import { createDialogsStore, type DialogsStore } from './dialogs.ts'
import { createExchangeStore, type ExchangeStore } from './exchange.ts'
import { createImportsStore, type ImportsStore } from './imports.ts'
import { createJumpStore, type JumpStore } from './jump.ts'
import { createNoticesStore, type NoticesStore } from './notices.ts'
import { createObjectReviewStore, type ObjectReviewStore } from './object-review.ts'
import type { KeyValue } from './preferences.ts'
import { createPullStore, type PullStore } from './pull.ts'
import { createSampleMarksStore, type SampleMarksStore } from './sample-marks.ts'
import { createSampleWorkStore, type SampleWorkStore } from './sample-work.ts'
import { createSamplesStore, type SamplesStore } from './samples.ts'
import { createSegmentsStore, type SegmentsStore } from './segments.ts'
import { createSegmentsAccountStore, type SegmentsAccountStore } from './segments-account.ts'
import { createSettingsStore, type SettingsStore } from './settings.ts'
import { createShortcutsStore, type ShortcutsStore } from './shortcuts.ts'
import { createSyncStore, type SyncStore } from './sync.ts'
import { createThemeStore, type ThemeStore } from './theme.ts'
import { createVersionWorkStore, type VersionWorkStore } from './version-work.ts'
import { createVersionsStore, type VersionsStore } from './versions.ts'
import { createViewsStore, type ViewsStore } from './views.ts'

/** Everything the screens share, made once per window. */
export type Stores = {
  readonly appInfo: AppInfoStore
  readonly samples: SamplesStore
  readonly work: SampleWorkStore
  readonly cards: CardsStore
  readonly categories: CategoriesStore
  readonly categoryJob: CategoryJobStore
  readonly versions: VersionsStore
  readonly versionWork: VersionWorkStore
  readonly sync: SyncStore
  readonly pull: PullStore
  readonly settings: SettingsStore
  readonly segments: SegmentsStore
  readonly segmentsAccount: SegmentsAccountStore
  readonly notices: NoticesStore
  readonly imports: ImportsStore
  readonly exchange: ExchangeStore
  readonly dialogs: DialogsStore
  readonly theme: ThemeStore
  readonly shortcuts: ShortcutsStore
  readonly checks: ChecksStore
  readonly coach: CoachStore
  readonly views: ViewsStore
  readonly objectReview: ObjectReviewStore
  readonly jump: JumpStore
  readonly marks: SampleMarksStore
}

/** Makes the stores and has them read the library now and whenever the line to the host is back. */
export function createStores(host: FaceHost, storage: KeyValue, root: { dataset: DOMStringMap }): Stores {
  const notices = createNoticesStore(host)
  const categories = createCategoriesStore(host)
  const samples = createSamplesStore(host, () => categories.getState().list.map(({ name }) => name))
  const imports = createImportsStore(host)
  const stores: Stores = {
    appInfo: createAppInfoStore(host, notices),
    samples,
    work: createSampleWorkStore(host, samples),
    cards: createCardsStore(host),
    categories,
    categoryJob: createCategoryJobStore(host),
    versions: createVersionsStore(host),
    versionWork: createVersionWorkStore(host),
    sync: createSyncStore(host),
    pull: createPullStore(host, notices),
    settings: createSettingsStore(host),
    segments: createSegmentsStore(host),
    segmentsAccount: createSegmentsAccountStore(host),
    notices,
    imports,
    exchange: createExchangeStore(host, imports),
    dialogs: createDialogsStore(),
    theme: createThemeStore(storage, root),
    shortcuts: createShortcutsStore(storage),
    checks: createChecksStore(storage),
    coach: createCoachStore(storage),
    views: createViewsStore(storage),
    objectReview: createObjectReviewStore(host, samples),
    jump: createJumpStore(),
    marks: createSampleMarksStore(host, samples),
  }
  const readAll = () => {
    const { appInfo, samples, categories, settings } = stores
    const { versions, versionWork, sync, pull, segments, exchange } = stores
    // Each store shows its own failure.
    for (const store of [appInfo, categories, settings]) store.refresh().catch(() => {})
    // What a version would hold takes a look at every image; the list that everybody waits for comes before.
    samples
      .refresh()
      .catch(() => {})
      .finally(() => {
        for (const store of [versions, versionWork, sync, pull, segments, exchange])
          store.refresh().catch(() => {})
      })
  }
  readAll()
  host.link.subscribe((state, before) => {
    if (state.kind === 'ready' && (before.kind === 'gone' || before.kind === 'refused')) readAll()
  })
  return stores
}

export const StoresContext = createContext<Stores | null>(null)

/** Read with zustand: `useStore(useStores().samples, (state) => state.visible)`. */
export function useStores(): Stores {
  const stores = useContext(StoresContext)
  if (!stores) throw new Error('useStores outside StoresContext')
  return stores
}
