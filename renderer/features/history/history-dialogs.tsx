import { type FormEvent, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { type ErrorInfo, toAppError } from '../../../shared/base/app-error.ts'
import { useHost } from '../../host/use-host.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Radios } from '../../ui/radios.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { uiText } from '../../ui/text.ts'
import styles from './history.module.css'
import { type HistoryDialog, historyStore } from './history-store.ts'
import { type MergePlan, MergePreview } from './merge-preview.tsx'
import { listOnly } from './tag-bar.tsx'
import { text } from './text.ts'
import type { VersionJobs } from './version-jobs.ts'

/** What is asked before something is done with a version. */
export function HistoryDialogs({ jobs, onConflicts }: { readonly jobs: VersionJobs; onConflicts(): void }) {
  const dialog = useStore(historyStore, (state) => state.dialog)
  return dialog && <Open key={JSON.stringify(dialog)} dialog={dialog} jobs={jobs} onConflicts={onConflicts} />
}

function Open(props: { readonly dialog: HistoryDialog; readonly jobs: VersionJobs; onConflicts(): void }) {
  const { dialog, jobs, onConflicts } = props
  const { kind } = dialog
  const { versions, versionWork } = useStores()
  const list = useStore(versions, (state) => state.list)
  const draft = useStore(versions, (state) => state.draft)
  const branches = useStore(versionWork, (state) => state.branches)
  const others = branches.filter(({ isCurrent }) => !isCurrent)
  const current = branches.find(({ isCurrent }) => isCurrent)?.name ?? 'main'
  const [name, setName] = useState('branch' in dialog ? dialog.branch : 'alias' in dialog ? dialog.alias : '')
  const [target, setTarget] = useState(others[0]?.name ?? '')
  const aliases = useStore(versionWork, (state) => state.aliases)
  const tags = useStore(versionWork, (state) => state.tags)
  const words = [...new Set(tags.map(({ tag }) => tag))].sort()
  const [word, setWord] = useState(() => historyStore.getState().tag ?? words[0] ?? '')
  const [place, setPlace] = useState(
    () =>
      ('alias' in dialog && aliases.find((each) => each.name === dialog.alias)?.version) ||
      (list[0]?.id ?? ''),
  )
  const [uncommitted, setUncommitted] = useState<'commit' | 'keep'>('commit')
  const [switches, setSwitches] = useState(true)
  const [plan, setPlan] = useState<MergePlan | null>(null)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const version = 'version' in dialog ? list.find(({ id }) => id === dialog.version) : undefined
  const label = version ? text.version(version.number) : ''
  const former = 'alias' in dialog ? dialog.alias : ''
  const close = () => historyStore.setState({ dialog: null })
  const title = {
    restore: text.dialogs.restore(label),
    branch: text.dialogs.branch(label),
    alias: text.dialogs.alias(label),
    tag: text.dialogs.tag(label),
    merge: text.dialogs.merge(label, current),
    switch: text.dialogs.switch,
    onlyTag: text.onlyTag,
    rename: text.dialogs.rename(name),
    delete: text.dialogs.delete(name),
    renameAlias: text.dialogs.rename(former),
    moveAlias: text.dialogs.moveAlias(former),
  }[kind]

  const run = async (event: FormEvent) => {
    event.preventDefault()
    setError(null)
    try {
      switch (dialog.kind) {
        case 'restore':
          close()
          return void (await jobs.restore(dialog.version, version?.number ?? 0, uncommitted))
        case 'switch':
          close()
          return void (await jobs.switchTo(target, uncommitted))
        case 'merge': {
          close()
          const result = await jobs.merge(dialog.version, '', 'commit', plan?.scale)
          if (result?.conflicts.some(({ label: conflicts }) => conflicts !== null)) onConflicts()
          return
        }
        case 'branch':
          await versionWork.createBranch(name.trim(), dialog.version)
          close()
          return void (switches && (await jobs.switchTo(name.trim(), uncommitted)))
        case 'alias':
          await versionWork.setAlias(name.trim(), dialog.version)
          return close()
        case 'tag':
          await versionWork.changeTags(dialog.version, { add: [name] })
          return close()
        case 'onlyTag':
          listOnly(word, tags)
          return close()
        case 'rename':
          await versionWork.renameBranch(dialog.branch, name.trim())
          return close()
        case 'renameAlias':
          await versionWork.renameAlias(dialog.alias, name.trim())
          return close()
        case 'moveAlias':
          await versionWork.setAlias(dialog.alias, place)
          return close()
        case 'delete':
          await versionWork.deleteBranch(dialog.branch, true)
          return close()
      }
    } catch (reason) {
      setError(toAppError(reason).toInfo())
    }
  }
  const isNamed = ['branch', 'alias', 'tag', 'rename', 'renameAlias'].includes(kind)
  const movesAll = kind === 'restore' || kind === 'switch' || (kind === 'branch' && switches)
  const isReady =
    (!isNamed || name.trim() !== '') &&
    (kind !== 'switch' || target !== '') &&
    (kind !== 'merge' || plan !== null)
  const asks = kind === 'merge' && plan?.asks != null
  const what = {
    restore: text.whatRestores,
    branch: text.whatBranches,
    alias: text.aliasHelp,
    tag: text.tagHelp,
    merge: text.whatMerges,
    switch: others.length > 0 ? text.switchHelp : text.noOtherBranch,
    onlyTag: '',
    rename: '',
    delete: text.whatDeletes,
    renameAlias: '',
    moveAlias: text.whatMoves,
  }[kind]
  return (
    <Dialog
      open
      onOpenChange={close}
      title={title}
      description={what}
      size="small"
      footer={
        <>
          <Button onClick={close}>{uiText.cancel}</Button>
          <Button
            kind={kind === 'delete' || asks ? 'danger' : 'primary'}
            type="submit"
            form="history-dialog"
            disabled={!isReady}
          >
            {asks ? text.mergeAnyway : text.now[kind]}
          </Button>
        </>
      }
    >
      <form id="history-dialog" className={styles.form} onSubmit={(event) => void run(event)}>
        {isNamed && (
          <Field
            label={
              { branch: text.branchName, alias: text.aliasName, tag: text.tagName }[kind as string] ??
              text.newName
            }
          >
            <TextInput value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
          </Field>
        )}
        {kind === 'onlyTag' && (
          <Select
            label={text.tagName}
            value={word}
            options={words.map((each) => ({ value: each, label: each }))}
            onChange={setWord}
          />
        )}
        {kind === 'moveAlias' && (
          <Select
            label={text.toVersion}
            value={place}
            options={list.map((each) => ({
              value: each.id,
              label: text.versionOption(each.number, each.message.split('\n')[0] ?? ''),
            }))}
            onChange={setPlace}
          />
        )}
        {kind === 'switch' && others.length > 0 && (
          <Select
            label={text.branchName}
            value={target}
            options={others.map((branch) => ({ value: branch.name, label: branch.name }))}
            onChange={setTarget}
          />
        )}
        {kind === 'branch' && <Switch label={text.andSwitch} checked={switches} onChange={setSwitches} />}
        {kind === 'restore' && <Preview version={dialog.version} />}
        {kind === 'merge' && <MergePreview version={dialog.version} onPlan={setPlan} />}
        {movesAll && draft?.canCommit && (
          <Radios
            label={text.openChanges}
            value={uncommitted}
            options={[
              { value: 'commit', label: text.commitFirst, help: text.commitFirstHelp },
              { value: 'keep', label: text.keepThem, help: text.keepThemHelp },
            ]}
            onChange={setUncommitted}
          />
        )}
        {error && <ErrorText error={error} />}
      </form>
    </Dialog>
  )
}

/** How much of what is shown would be other than now. */
function Preview({ version }: { readonly version: string }) {
  const host = useHost()
  const [words, setWords] = useState<string>(text.previewing)
  useEffect(() => {
    const stop = new AbortController()
    host.call('versions.compare', { before: version, after: null, objects: false }, stop.signal).then(
      ({ counts, samples }) => {
        const changed = samples.filter(({ kind }) => kind === 'changed').length
        setWords(text.preview(changed, counts.added, counts.removed + counts.replaced))
      },
      // What would change is only told; the restore itself says what is wrong.
      () => setWords(''),
    )
    return () => stop.abort()
  }, [host, version])
  return <p role="status">{words}</p>
}
