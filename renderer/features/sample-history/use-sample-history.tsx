import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import type { CanvasController } from '../../canvas/canvas-controller.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { samplePast } from '../../stores/sample-past.ts'
import { HistoryPanel } from './history-panel.tsx'
import { sampleHistoryCommands } from './sample-history-commands.ts'

/** The past of the image on the canvas, over it when asked for. `onCompare` shows what a version changed in it. */
export function useSampleHistory(options: {
  readonly sampleId: string
  onCompare(before: string, after: string, image: string): void
}): { overlay(canvas: CanvasController | null): ReactNode } {
  const { sampleId, onCompare } = options
  const isOpen = useStore(samplePast, (state) => state.isOpen)
  const [shown, setShown] = useState<string | null>(null)
  const commands = useMemo(
    () => sampleHistoryCommands({ toggle: () => samplePast.setState(({ isOpen }) => ({ isOpen: !isOpen })) }),
    [],
  )
  useCommands('canvas', commands)
  // biome-ignore lint/correctness/useExhaustiveDependencies: of another image nothing is shown yet
  useEffect(() => setShown(null), [sampleId, isOpen])
  return {
    overlay: (canvas) =>
      isOpen && (
        <HistoryPanel
          sampleId={sampleId}
          canvas={canvas}
          shown={shown}
          onShow={setShown}
          onCompare={onCompare}
          onClose={() => samplePast.setState({ isOpen: false })}
        />
      ),
  }
}
