import {
  type AdjustmentName,
  adjustmentRanges,
  type ChannelView,
  channelViews,
  isNeutral,
  neutral,
  stepped,
} from '../../../shared/image/adjustments.ts'
import { fullRange } from '../../../shared/image/deep-samples.ts'
import type { Command } from '../../commands/command.ts'
import { defineCommands } from '../../commands/command.ts'
import { type AidName, aidNames, type KeptName, keptNames, type ViewingStore } from '../../stores/viewing.ts'
import type { LabelerActions } from './labeler-actions.ts'
import { viewText as text } from './view-text.ts'

export const adjustmentNames = Object.keys(adjustmentRanges) as AdjustmentName[]

/** How the picture is shown, and what helps the eye on it. */
export function pictureCommands({ viewing }: LabelerActions): readonly Command[] {
  const isPlain = () => isNeutral(viewing.getState().adjustments)
  const step = (name: AdjustmentName, steps: 1 | -1): Command => ({
    id: `canvas.adjust.${name}.${steps > 0 ? 'more' : 'less'}`,
    title: steps > 0 ? text.more[name] : text.less[name],
    group: text.group,
    inSheet: false,
    repeats: true,
    run: () =>
      viewing.setState(({ adjustments }) => ({
        adjustments: { ...adjustments, [name]: stepped(name, adjustments[name], steps) },
      })),
  })
  return defineCommands([
    {
      id: 'canvas.adjust',
      title: text.adjustments,
      help: text.adjustmentsHelp,
      group: text.group,
      keys: ['Shift+V'],
      run: () => viewing.setState(({ adjusting }) => ({ adjusting: !adjusting })),
    },
    {
      id: 'canvas.adjust.reset',
      title: text.reset,
      group: text.group,
      enabled: () => !isPlain(),
      whyNot: text.whyNeutral,
      run: () => viewing.setState({ adjustments: neutral }),
    },
    ...(['auto', 'occurring', 'full'] as const).map((name): Command => {
      const title = { auto: text.depthAuto, occurring: text.depthOccurring, full: text.depthFull }[name]
      return {
        id: `canvas.depth.${name}`,
        title: `${text.depth}: ${title}`,
        group: text.group,
        inSheet: false,
        enabled: () => viewing.getState().deep !== null,
        whyNot: text.whyNotDeep,
        run: () => {
          const { deep } = viewing.getState()
          if (deep) viewing.setState({ deep: { ...deep, ...(name === 'full' ? fullRange : deep[name]) } })
        },
      }
    }),
    ...adjustmentNames.flatMap((name) => [step(name, 1), step(name, -1)]),
    {
      id: 'canvas.adjust.channel',
      title: text.nextChannel,
      group: text.group,
      inSheet: false,
      run: () => {
        const { adjustments, hasAlpha } = viewing.getState()
        const there = channelsOf(hasAlpha)
        const channel = there[(there.indexOf(adjustments.channel) + 1) % there.length]!
        viewing.setState({ adjustments: { ...adjustments, channel } })
      },
    },
    {
      id: 'canvas.adjust.equalise',
      title: text.equalise,
      help: text.equaliseHelp,
      group: text.group,
      inSheet: false,
      run: () =>
        viewing.setState(({ adjustments }) => ({
          adjustments: { ...adjustments, equalise: !adjustments.equalise },
        })),
    },
    ...aidNames.map(
      (name): Command => ({
        id: `canvas.aid.${name}`,
        title: text.aids[name],
        ...(text.aidHelp[name] && { help: text.aidHelp[name] }),
        group: text.group,
        run: () => switchAid(viewing, name),
      }),
    ),
    ...keptNames.map(
      (name): Command => ({
        id: `canvas.keep.${name}`,
        title: `${text.keepTitle}: ${text.keeps[name]}`,
        group: text.group,
        inSheet: false,
        run: () => switchKept(viewing, name),
      }),
    ),
  ])
}

export function switchAid(viewing: ViewingStore, name: AidName): void {
  viewing.setState(({ aids }) => ({ aids: { ...aids, [name]: !aids[name] } }))
}

export function switchKept(viewing: ViewingStore, name: KeptName): void {
  viewing.setState(({ keeps }) => ({ keeps: { ...keeps, [name]: !keeps[name] } }))
}

/** The channels there are to look at. */
export function channelsOf(hasAlpha: boolean): readonly ChannelView[] {
  return channelViews.filter((name) => hasAlpha || name !== 'alpha')
}
