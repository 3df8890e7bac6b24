import { useStore } from 'zustand'
import { useStores } from '../../stores/stores.ts'
import type { VersionTag } from '../../stores/version-work.ts'
import { Button } from '../../ui/button.tsx'
import styles from './history.module.css'
import { historyStore } from './history-store.ts'
import { text } from './text.ts'

/** The versions that are listed: those with the tag that was asked for; null: all, also when no version has it any more. */
export function versionsWithTag(tag: string | null, tags: readonly VersionTag[]): ReadonlySet<string> | null {
  const found = new Set(tags.flatMap((each) => (each.tag === tag ? [each.version] : [])))
  return found.size > 0 ? found : null
}

/** Lists the versions with a tag alone, and chooses the newest of them. */
export function listOnly(tag: string | null, tags: readonly VersionTag[]): void {
  const newest = tags.findLast((each) => each.tag === tag)?.version
  historyStore.setState(newest === undefined ? { tag } : { tag, selected: newest })
}

/** Says that not all versions are listed. */
export function TagBar() {
  const { versionWork } = useStores()
  const tags = useStore(versionWork, (state) => state.tags)
  const tag = useStore(historyStore, (state) => state.tag)
  const only = versionsWithTag(tag, tags)
  if (tag === null || only === null) return null
  return (
    <section className={styles.job} aria-label={text.onlyTag}>
      <p role="status">{text.listedWith(only.size, tag)}</p>
      <Button onClick={() => listOnly(null, tags)}>{text.listAll}</Button>
    </section>
  )
}
