import GitBranch from 'lucide-react/icons/git-branch'
import Hash from 'lucide-react/icons/hash'
import Tag from 'lucide-react/icons/tag'
import { useStore } from 'zustand'
import type { Version } from '../../../shared/host/host-api.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import styles from './history.module.css'
import { historyStore } from './history-store.ts'
import { listOnly } from './tag-bar.tsx'
import { text } from './text.ts'

/** Branches and names that stand at a version, and its tags, each with what can be done with it. */
export function VersionRefs({
  version,
  mayChange,
}: {
  readonly version: Version
  readonly mayChange: boolean
}) {
  const { versionWork, notices } = useStores()
  const branches = useStore(versionWork, (state) => state.branches).filter(
    (each) => each.version === version.id,
  )
  const aliases = useStore(versionWork, (state) => state.aliases).filter(
    (each) => each.version === version.id,
  )
  const allTags = useStore(versionWork, (state) => state.tags)
  const tags = allTags.filter((each) => each.version === version.id)
  if (branches.length + aliases.length + tags.length === 0) return null
  const ask = (kind: 'rename' | 'delete', branch: string) =>
    historyStore.setState({ dialog: { kind, branch } })
  const askAlias = (kind: 'renameAlias' | 'moveAlias', alias: string) =>
    historyStore.setState({ dialog: { kind, alias } })
  return (
    <ul className={styles.refs} aria-label={text.refs}>
      {branches.map(({ name, isCurrent }) => (
        <li key={name}>
          <Menu
            trigger={
              <Button kind="quiet" icon={<GitBranch size={13} />} disabled={!mayChange}>
                {name}
                {isCurrent && <span className={styles.muted}> · {text.current}</span>}
              </Button>
            }
          >
            <MenuItem
              disabled={isCurrent}
              onSelect={() => historyStore.setState({ dialog: { kind: 'switch' } })}
            >
              {text.switchTo(name)}
            </MenuItem>
            <MenuItem onSelect={() => ask('rename', name)}>{text.renameRef}</MenuItem>
            <MenuItem disabled={isCurrent} onSelect={() => ask('delete', name)}>
              {text.removeRef}
            </MenuItem>
          </Menu>
        </li>
      ))}
      {aliases.map(({ name }) => (
        <li key={name}>
          <Menu
            trigger={
              <Button kind="quiet" icon={<Tag size={13} />} disabled={!mayChange}>
                {name}
              </Button>
            }
          >
            <MenuItem onSelect={() => askAlias('renameAlias', name)}>{text.renameRef}</MenuItem>
            <MenuItem onSelect={() => askAlias('moveAlias', name)}>{text.moveRef}</MenuItem>
            <MenuItem
              onSelect={() =>
                void versionWork
                  .removeAlias(name)
                  .catch((error: unknown) => notices.report('history.alias', error))
              }
            >
              {text.removeRef}
            </MenuItem>
          </Menu>
        </li>
      ))}
      {tags.map(({ tag }) => (
        <li key={`tag ${tag}`}>
          <Menu
            trigger={
              <Button kind="quiet" icon={<Hash size={13} />}>
                {tag}
              </Button>
            }
          >
            <MenuItem onSelect={() => listOnly(tag, allTags)}>{text.listWith}</MenuItem>
            <MenuItem
              disabled={!mayChange}
              onSelect={() =>
                void versionWork
                  .changeTags(version.id, { remove: [tag] })
                  .catch((error: unknown) => notices.report('history.tag', error))
              }
            >
              {text.removeTag}
            </MenuItem>
          </Menu>
        </li>
      ))}
    </ul>
  )
}
