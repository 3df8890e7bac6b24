import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { useHost } from '../../host/use-host.ts'
import { useStores } from '../../stores/stores.ts'
import { TileGrid } from '../../ui/tile-grid.tsx'
import { CropPictures } from './crop-pictures.ts'
import { ObjectTile } from './object-tile.tsx'
import { text } from './text.ts'

/** CSS pixels. */
const wantedSide = 150
/** One line of text, in rem. */
const captionRem = 26 / 13
/** Of a tile of a width, within its border. */
const sideOf = (width: number) => width - 2

/** Crops of objects; only the rows in sight exist in the page. `onShow` opens the one the keyboard is on. */
export function ObjectGrid({ onShow }: { onShow(): void }) {
  const host = useHost()
  const { objectReview: review } = useStores()
  const { objects, marked, active } = useStore(review)
  const [pictures] = useState(() => new CropPictures(host))
  useEffect(() => () => pictures.close(), [pictures])
  return (
    <TileGrid
      name="object"
      label={text.grid}
      multiselectable
      count={objects.length}
      active={active}
      wantedWidth={wantedSide}
      heightOf={(width, rem) => sideOf(width) + Math.ceil(captionRem * rem)}
      onActive={(index) => review.setActive(index)}
      onKey={(key) => (key === ' ' ? review.toggle(active) : onShow())}
      onClick={(index) => {
        review.setActive(index)
        review.toggle(index)
      }}
      onDoubleClick={onShow}
      tile={({ index, column, width }) => {
        const object = objects[index]!
        return (
          <ObjectTile
            key={object.key}
            object={object}
            index={index}
            column={column}
            isMarked={marked.has(object.key)}
            isActive={index === active}
            side={sideOf(width)}
            pictures={pictures}
          />
        )
      }}
    />
  )
}
