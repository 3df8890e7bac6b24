import { createStore } from 'zustand/vanilla'

/** Whether the history of the image on the canvas is open; it stays so from image to image. */
export const samplePast = createStore<{ readonly isOpen: boolean }>(() => ({ isOpen: false }))
