import { useStore } from 'zustand'
import { shownWay } from '../../commands/gestures.ts'
import { isMacPlatform } from '../../commands/key-chord.ts'
import { keyLayout } from '../../commands/key-layout.ts'
import { useCommandRegistry } from '../../commands/use-commands.ts'
import type { LabelingStore } from '../../stores/labeling.ts'
import { Button } from '../../ui/button.tsx'
import styles from './labeler.module.css'
import { text } from './text.ts'

/** How the active tool is used, until somebody has used one. */
export function ToolHint({ labeling }: { readonly labeling: LabelingStore }) {
  const tool = useStore(labeling, (state) => state.tool)
  const known = useStore(labeling, (state) => state.knowsTools)
  const ready = useStore(labeling, (state) => state.ready)
  const build = useStore(labeling, (state) => state.build)
  const byKeys = useStore(labeling, (state) => state.keyPointer)
  const commands = useStore(useCommandRegistry().store)
  const layout = useStore(keyLayout)
  if (!ready) return null
  if (tool === 'superpixel' && (build.kind === 'building' || build.kind === 'failed')) {
    return (
      <div className={styles.hint} role="note">
        <span className={styles.hintPair}>
          <b>
            {build.kind === 'building'
              ? text.preparing(Math.round(build.fraction * 100))
              : build.error.message}
          </b>{' '}
          {text.brushWorks}
        </span>
        <Button kind="quiet" onClick={() => labeling.setState({ tool: 'brush' })}>
          {text.useBrush}
        </Button>
      </div>
    )
  }
  if (known && !byKeys) return null
  const keyOf = (id: string) => commands.find((command) => command.id === id)?.keys?.[0]
  const words = byKeys ? text.keyHint : text.hint[tool]
  return (
    <div className={styles.hint} role="note">
      {words.map((word, i) => {
        const way = i % 2 === 0 ? shownWay(word, keyOf, isMacPlatform(), layout) : null
        return (
          way && (
            <span key={word} className={styles.hintPair}>
              <b>{way}</b> {words[i + 1]}
            </span>
          )
        )
      })}
      {!byKeys && (
        <Button kind="quiet" onClick={() => labeling.setState({ knowsTools: true })}>
          {text.gotIt}
        </Button>
      )}
    </div>
  )
}
