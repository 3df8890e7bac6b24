import { type Command, defineCommands } from '../../commands/command.ts'
import { text } from './text.ts'

/** All that can be done with the graph and with what is chosen in it. */
export function lineageCommands(actions: {
  hasNode(): boolean
  /** What is chosen has data of this library. */
  hasData(): boolean
  hasWeb(): boolean
  canCompare(): boolean
  isGraph(): boolean
  canLook(): boolean
  look(node: boolean): void
  search(): void
  scope(to: 'around' | 'models' | 'all'): void
  steps(by: 1 | -1): void
  /** What is chosen is data that is not here and can be brought. */
  canFetch(): boolean
  fetch(): void
  openData(): void
  openWeb(): void
  mark(): void
  compare(): void
  ownRuns(): void
  toggleList(): void
  fit(): void
  zoom(steps: 1 | -1): void
  save(form: 'svg' | 'png' | 'json'): void
}): readonly Command[] {
  const { group } = text
  const ofNode = { group, enabled: actions.hasNode, whyNot: text.whyNothing }
  const ofData = { group, enabled: actions.hasData, whyNot: text.whyNoVersion }
  const ofGraph = { group, enabled: actions.isGraph, whyNot: text.whyList }
  return defineCommands([
    {
      id: 'lineage.look',
      title: text.look,
      help: text.lookHelp,
      group,
      enabled: actions.canLook,
      whyNot: text.whyNoLook,
      keys: ['U'],
      run: () => actions.look(false),
    },
    {
      id: 'lineage.lookNode',
      title: text.lookNode,
      help: text.lookNodeHelp,
      group,
      enabled: () => actions.canLook() && actions.hasNode(),
      whyNot: text.whyNoLookNode,
      keys: ['E'],
      run: () => actions.look(true),
    },
    {
      id: 'lineage.search',
      title: text.searchCommand,
      group,
      keys: ['Mod+F', '/'],
      run: actions.search,
    },
    {
      id: 'lineage.around',
      title: text.showAround,
      ...ofNode,
      keys: ['A'],
      run: () => actions.scope('around'),
    },
    {
      id: 'lineage.models',
      title: text.showModels,
      help: text.showModelsHelp,
      ...ofData,
      keys: ['T'],
      run: () => actions.scope('models'),
    },
    { id: 'lineage.all', title: text.showAll, group, keys: ['W'], run: () => actions.scope('all') },
    { id: 'lineage.more', title: text.moreSteps, group, keys: [']'], run: () => actions.steps(1) },
    { id: 'lineage.fewer', title: text.fewerSteps, group, keys: ['['], run: () => actions.steps(-1) },
    {
      id: 'lineage.fetch',
      title: text.fetch,
      help: text.fetchHelp,
      group,
      enabled: actions.canFetch,
      whyNot: text.whyNoFetch,
      keys: ['F'],
      run: actions.fetch,
    },
    { id: 'lineage.data', title: text.openData, ...ofData, keys: ['H'], run: actions.openData },
    {
      id: 'lineage.web',
      title: text.openWeb,
      group,
      enabled: actions.hasWeb,
      whyNot: text.whyNoWeb,
      keys: ['O'],
      run: actions.openWeb,
    },
    { id: 'lineage.mark', title: text.mark, help: text.markHelp, ...ofData, keys: ['M'], run: actions.mark },
    {
      id: 'lineage.compare',
      title: text.compare,
      help: text.compareHelp,
      group,
      enabled: actions.canCompare,
      whyNot: text.whyNoCompare,
      keys: ['C'],
      run: actions.compare,
    },
    {
      id: 'lineage.ownRuns',
      title: text.ownRuns,
      help: text.ownRunsHelp,
      group,
      keys: ['R'],
      run: actions.ownRuns,
    },
    { id: 'lineage.list', title: text.toggleList, group, keys: ['L'], run: actions.toggleList },
    { id: 'lineage.fit', title: text.fit, ...ofGraph, keys: ['0'], run: actions.fit },
    {
      id: 'lineage.zoomIn',
      title: text.zoomIn,
      ...ofGraph,
      keys: ['+', '='],
      repeats: true,
      run: () => actions.zoom(1),
    },
    {
      id: 'lineage.zoomOut',
      title: text.zoomOut,
      ...ofGraph,
      keys: ['-'],
      repeats: true,
      run: () => actions.zoom(-1),
    },
    {
      id: 'lineage.svg',
      title: text.exportSvg,
      help: text.exportHelp,
      group,
      run: () => actions.save('svg'),
    },
    {
      id: 'lineage.png',
      title: text.exportPng,
      help: text.exportHelp,
      group,
      run: () => actions.save('png'),
    },
    {
      id: 'lineage.json',
      title: text.exportJson,
      help: text.exportHelp,
      group,
      run: () => actions.save('json'),
    },
  ])
}
