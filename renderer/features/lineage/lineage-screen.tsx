import CloudUpload from 'lucide-react/icons/cloud-upload'
import Download from 'lucide-react/icons/download'
import List from 'lucide-react/icons/list'
import Maximize from 'lucide-react/icons/maximize'
import Network from 'lucide-react/icons/network'
import RefreshCw from 'lucide-react/icons/refresh-cw'
import ZoomIn from 'lucide-react/icons/zoom-in'
import ZoomOut from 'lucide-react/icons/zoom-out'
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { lineageJson, lineageSvg } from '../../../shared/lineage/export.ts'
import { nodeTitle } from '../../../shared/lineage/graph.ts'
import { layoutLineage } from '../../../shared/lineage/layout.ts'
import { dataOf, indexLineage } from '../../../shared/lineage/reach.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { useHost } from '../../host/use-host.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { TextInput } from '../../ui/field.tsx'
import { CommandButton, CommandTextButton, IconButton } from '../../ui/icon-button.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { Progress } from '../../ui/progress.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { Select } from '../../ui/select.tsx'
import { uiText } from '../../ui/text.ts'
import { toast } from '../../ui/toasts.tsx'
import styles from './lineage.module.css'
import { lineageCommands } from './lineage-commands.ts'
import { isFetchable, LineageDetails } from './lineage-details.tsx'
import { type GraphView, LineageGraph } from './lineage-graph.tsx'
import { LineageList } from './lineage-list.tsx'
import {
  centerOf,
  createLineageStore,
  lineageLook,
  matchesOf,
  type Scope,
  shownPart,
  stepChoices,
  versionOf,
  withoutOwnRuns,
} from './lineage-store.ts'
import { pngOf } from './picture.ts'
import { text } from './text.ts'

/** Where data came from and what was made of it. */
export function LineageScreen(props: {
  /** Number of a version to begin with; null: where one left off. */
  readonly version: string | null
  /** Opens a version in the history. */
  onVersion(versionId: string): void
  /** Compares two versions by their numbers. */
  onCompare(before: string, after: string): void
  onHistory(): void
  /** What comes from the server. */
  readonly news: ReactNode
}) {
  const { version, onVersion, onCompare, onHistory } = props
  const host = useHost()
  const { notices, pull, appInfo } = useStores()
  // What came is in the graph as data of this library.
  const got = useStore(pull, ({ outcome }) => outcome)
  const [lineage] = useState(() => createLineageStore(host))
  const state = useStore(lineage)
  const look = useStore(lineageLook)
  const view = useRef<GraphView>(null)
  const searchField = useRef<HTMLInputElement>(null)
  const { loading } = state
  const graph = useMemo(
    () => (look.hasOwnRuns ? state.graph : withoutOwnRuns(state.graph)),
    [state.graph, look.hasOwnRuns],
  )
  const index = useMemo(() => indexLineage(graph), [graph])
  const center = centerOf({ graph, index }, look.center)
  const { scope, steps } = look
  const part = useMemo(
    () => shownPart({ graph, index }, { center, scope, steps }),
    [graph, index, center, scope, steps],
  )
  const layout = useMemo(() => layoutLineage(part), [part])
  const found = useMemo(() => matchesOf(part, look.query), [part, look.query])
  const matches = useMemo(() => (look.query.trim() === '' ? null : new Set(found)), [found, look.query])

  useEffect(() => {
    void lineage.refresh().catch(() => {})
    return () => lineage.close()
  }, [lineage])
  useEffect(() => {
    if (got) void lineage.refresh().catch(() => {})
  }, [lineage, got])
  // The address names a version once; after that the person goes where they like.
  const wanted = useRef(version)
  useEffect(() => {
    wanted.current = version
  }, [version])
  useEffect(() => {
    if (wanted.current === null) return
    const node = graph.nodes.find((one) => one.kind === 'version' && String(one.number) === wanted.current)
    if (!node) return
    wanted.current = null
    lineageLook.setState({ center: node.id, selected: node.id })
  }, [graph])

  const select = useCallback((id: string) => lineageLook.setState({ selected: id }), [])
  /** What is not in the part that is shown comes into it. */
  const reveal = useCallback((id: string) => {
    const { current } = here
    const isIn = current.part.nodes.some((node) => node.id === id)
    lineageLook.setState(isIn ? { selected: id } : { selected: id, center: id, scope: 'around' })
  }, [])

  /** Who has chosen nothing yet sees the node in the middle, and can do what is offered beside it. */
  const selected = index.node(look.selected ?? '') ?? index.node(center ?? '')
  const marked = look.marked !== null ? index.node(look.marked) : undefined
  /** Versions to compare: the data of the marked node and of the chosen one. */
  const sides = useMemo((): readonly [string, string] | null => {
    if (!selected || !marked) return null
    const numbers = [marked, selected].map((node) => {
      const data = index.node(dataOf(index, node.id)[0] ?? '')
      return data?.kind === 'version' ? data.number : null
    })
    const [a, b] = numbers
    if (a == null || b == null || a === b) return null
    return a < b ? [String(a), String(b)] : [String(b), String(a)]
  }, [selected, marked, index])
  const web = useMemo(() => {
    const own =
      selected?.kind === 'version' ? index.after(selected.id).map((id) => index.node(id)) : [selected]
    const urls = own.flatMap((node) =>
      node?.kind === 'artifact' || node?.kind === 'run' ? (node.url ?? []) : [],
    )
    return urls.find((url) => /^https?:\/\//.test(url)) ?? null
  }, [selected, index])

  const here = useRef({ part, layout, found, selected, sides, web, state, index, center })
  here.current = { part, layout, found, selected, sides, web, state, index, center }

  const openData = useCallback(() => {
    const { selected, index } = here.current
    const data = selected && index.node(dataOf(index, selected.id)[0] ?? '')
    if (data?.kind === 'version') onVersion(data.versionId)
  }, [onVersion])
  const openWeb = useCallback(() => {
    const { web } = here.current
    if (web) window.open(web, '_blank', 'noreferrer')
  }, [])
  const open = useCallback(
    (id: string) => {
      lineageLook.setState({ selected: id })
      const node = here.current.index.node(id)
      if (node?.kind === 'version') onVersion(node.versionId)
      else if (node?.url && /^https?:\/\//.test(node.url)) window.open(node.url, '_blank', 'noreferrer')
    },
    [onVersion],
  )
  const save = useCallback(
    async (form: 'svg' | 'png' | 'json') => {
      const { part, layout, center, index } = here.current
      const node = center === null ? undefined : index.node(center)
      const word = node ? nodeTitle(node).replace(/[^\w.-]+/g, '-') : 'all'
      const name = `lineage-${lineageLook.getState().scope === 'all' ? 'all' : word}.${form}`
      const svg = () => lineageSvg(part, layout, 'light')
      try {
        let content: Blob | null
        if (form === 'json') content = new Blob([lineageJson(part)], { type: 'application/json' })
        else if (form === 'svg') content = new Blob([svg()], { type: 'image/svg+xml' })
        else content = await pngOf(svg(), layout.width, layout.height)
        if (!content) return toast(text.tooLarge)
        saveFile(name, content)
        toast(text.exported(name))
      } catch (error) {
        notices.report('lineage.export', error)
      }
    },
    [notices],
  )
  const find = useCallback((delta: 1 | -1) => {
    const { found } = here.current
    if (found.length === 0) return
    const at = found.indexOf(lineageLook.getState().selected ?? '')
    const next = at < 0 ? (delta > 0 ? 0 : found.length - 1) : (at + delta + found.length) % found.length
    lineageLook.setState({ selected: found[next]! })
  }, [])
  const commands = useMemo(
    () =>
      lineageCommands({
        hasNode: () => here.current.selected !== undefined,
        hasData() {
          const { selected, index } = here.current
          return selected !== undefined && dataOf(index, selected.id).length > 0
        },
        hasWeb: () => here.current.web !== null,
        canCompare: () => here.current.sides !== null,
        isGraph: () => lineageLook.getState().form === 'graph',
        canLook: () => here.current.state.canLook && here.current.state.running === null,
        look: (isNode) => void lineage.look(isNode ? (here.current.selected?.id ?? null) : null),
        search() {
          searchField.current?.focus()
          searchField.current?.select()
        },
        scope(to) {
          const { selected } = here.current
          lineageLook.setState({ scope: to, ...(to !== 'all' && selected && { center: selected.id }) })
        },
        steps(by) {
          const { steps } = lineageLook.getState()
          const next = stepChoices[stepChoices.indexOf(steps) + by]
          if (next !== undefined) lineageLook.setState({ steps: next, scope: 'around' })
        },
        canFetch: () =>
          isFetchable(here.current.selected, here.current.index) &&
          pull.getState().job?.state !== 'running' &&
          appInfo.getState().info?.readOnly !== true,
        fetch() {
          const { selected, index } = here.current
          if (!isFetchable(selected, index)) return
          const { entity, project } = selected
          void pull.pull(`${entity}/${project}/${nodeTitle(selected)}`, 'auto')
        },
        openData,
        openWeb,
        mark: () =>
          lineageLook.setState(({ marked }) => {
            const id = here.current.selected?.id ?? null
            return { marked: marked === id ? null : id }
          }),
        compare() {
          const { sides } = here.current
          if (sides) onCompare(...sides)
        },
        ownRuns: () => lineageLook.setState(({ hasOwnRuns }) => ({ hasOwnRuns: !hasOwnRuns })),
        toggleList: () => lineageLook.setState(({ form }) => ({ form: form === 'graph' ? 'list' : 'graph' })),
        fit: () => view.current?.fit(),
        zoom: (by) => view.current?.zoom(by),
        save: (form) => void save(form),
      }),
    [lineage, pull, appInfo, openData, openWeb, save, onCompare],
  )
  useCommands('lineage', commands)

  if (loading.kind === 'loading') return <EmptyState title={uiText.loading} />
  const centerNode = center === null ? undefined : index.node(center)
  const dataNode = index.node(versionOf(index, center) ?? '')
  const scopes: readonly { value: Scope; label: string }[] = [
    { value: 'around', label: text.around(centerNode ? nodeTitle(centerNode) : '') },
    ...(dataNode ? [{ value: 'models' as const, label: text.models(nodeTitle(dataNode)) }] : []),
    { value: 'all', label: text.all },
  ]
  const isEmpty = graph.nodes.length === 0
  const at = found.indexOf(look.selected ?? '')
  const { running, outcome } = state
  return (
    <div className={styles.screen}>
      {props.news}
      <div className={styles.bar}>
        <Select
          label={text.scope}
          className={styles.scope!}
          value={scopes.some(({ value }) => value === scope) ? scope : 'around'}
          options={scopes}
          onChange={(value) => lineageLook.setState({ scope: value })}
        />
        {scope === 'around' && (
          <Select
            label={text.steps}
            className={styles.steps!}
            value={String(steps)}
            options={stepChoices.map((value) => ({ value: String(value), label: text.stepsOf(value) }))}
            onChange={(value) =>
              lineageLook.setState({ steps: stepChoices.find((one) => String(one) === value) ?? null })
            }
          />
        )}
        <span className={styles.muted}>{text.counts(part.nodes.length, graph.nodes.length)}</span>
        <TextInput
          ref={searchField}
          type="search"
          className={styles.search}
          aria-label={text.search}
          placeholder={text.searchPlaceholder}
          value={look.query}
          onChange={(event) => lineageLook.setState({ query: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter' || event.key === 'ArrowDown' || event.key === 'ArrowUp') {
              event.preventDefault()
              find(event.key === 'ArrowUp' || event.shiftKey ? -1 : 1)
            } else if (event.key === 'Escape' && look.query !== '') {
              event.stopPropagation()
              lineageLook.setState({ query: '' })
            }
          }}
        />
        {matches && (
          <span role="status" className={styles.muted}>
            {text.matches(at + 1, found.length)}
          </span>
        )}
        <span className={styles.grow} />
        <CommandButton id="lineage.ownRuns" icon={<CloudUpload size={16} />} pressed={look.hasOwnRuns} />
        <CommandButton
          id="lineage.list"
          icon={look.form === 'graph' ? <List size={16} /> : <Network size={16} />}
          pressed={look.form === 'list'}
        />
        <CommandButton id="lineage.zoomOut" icon={<ZoomOut size={16} />} />
        <CommandButton id="lineage.zoomIn" icon={<ZoomIn size={16} />} />
        <CommandButton id="lineage.fit" icon={<Maximize size={16} />} />
        <Menu trigger={<IconButton label={text.export} icon={<Download size={16} />} disabled={isEmpty} />}>
          {(['svg', 'png', 'json'] as const).map((form) => (
            <MenuItem key={form} onSelect={() => void save(form)}>
              {{ svg: text.exportSvg, png: text.exportPng, json: text.exportJson }[form]}
            </MenuItem>
          ))}
        </Menu>
        {state.isOurs ? (
          <Button onClick={() => lineage.stop()}>{text.stop}</Button>
        ) : (
          <CommandTextButton id="lineage.look" icon={<RefreshCw size={15} />} />
        )}
      </div>
      <div className={styles.asked}>
        {running ? (
          <>
            <span role="status">{text.asking(running.asked, running.waiting)}</span>
            <Progress
              label={text.look}
              value={running.asked}
              total={running.asked + running.waiting || null}
            />
          </>
        ) : (
          <span role="status" className={styles.muted}>
            {state.lookedAt === null ? text.never : text.lookedAt(state.lookedAt)}
            {outcome && !outcome.error && ` · ${text.looked(outcome.found, outcome.left)}`}
          </span>
        )}
      </div>
      {loading.kind === 'failed' && (
        <ErrorText
          error={loading.error}
          action={<Button onClick={() => void lineage.refresh().catch(() => {})}>{uiText.retry}</Button>}
        />
      )}
      {outcome?.error && (
        <ErrorText
          error={{ ...outcome.error, remedy: `${outcome.error.remedy} ${text.partly}` }}
          action={<Button onClick={() => void lineage.look(null)}>{uiText.retry}</Button>}
        />
      )}
      {isEmpty ? (
        <EmptyState
          icon={<Network size={32} />}
          title={text.emptyTitle}
          actions={
            <Button kind="primary" onClick={onHistory}>
              {text.goHistory}
            </Button>
          }
        >
          {text.emptyBody}
        </EmptyState>
      ) : (
        <div className={styles.work}>
          <div className={styles.main}>
            {scope === 'models' && part.nodes.length < 2 && dataNode && (
              <p className={styles.note}>
                {text.noModels(nodeTitle(dataNode))} {text.noModelsBody}
              </p>
            )}
            {look.form === 'graph' ? (
              <LineageGraph
                ref={view}
                graph={part}
                index={index}
                layout={layout}
                selected={look.selected}
                center={center}
                marked={look.marked}
                matches={matches}
                onSelect={select}
                onOpen={open}
              />
            ) : (
              <LineageList
                graph={part}
                index={index}
                selected={look.selected}
                matches={matches}
                onSelect={select}
                onOpen={open}
              />
            )}
          </div>
          <aside className={styles.side} aria-label={text.details}>
            <LineageDetails node={selected ?? null} index={index} marked={marked ?? null} onSelect={reveal} />
          </aside>
        </div>
      )}
    </div>
  )
}
