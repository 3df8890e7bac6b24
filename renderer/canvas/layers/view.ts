import type { Camera, Size } from '../camera.ts'

/** What every layer needs to draw: where the image lies and how many device pixels the canvas has. */
export type View = { readonly camera: Camera; readonly size: Size; readonly image: Size }

/** Both kinds of canvas draw alike. */
export type Context2d = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D
