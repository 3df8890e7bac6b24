import type { Point } from './raster.ts'

/** A pinhole over the ground, looking along the street. Metres: x to the right, y up, z ahead. */
export class Camera {
  readonly width: number
  readonly height: number
  readonly focal: number
  readonly centre: number
  readonly horizon: number
  readonly eye: number

  constructor(width: number, height: number, options: { horizon: number; vanishing: number; eye: number }) {
    this.width = width
    this.height = height
    this.focal = width * 0.86
    this.centre = width * options.vanishing
    this.horizon = height * options.horizon
    this.eye = options.eye
  }

  project(x: number, y: number, z: number): Point {
    return [this.centre + (this.focal * x) / z, this.horizon + (this.focal * (this.eye - y)) / z]
  }

  /** Pixels of one metre at distance `z`. */
  scale(z: number): number {
    return this.focal / z
  }

  /** The point of the ground under a pixel below the horizon. */
  ground(px: number, py: number): { x: number; z: number } {
    const z = (this.focal * this.eye) / Math.max(0.5, py - this.horizon)
    return { x: ((px - this.centre) * z) / this.focal, z }
  }

  /** Where a pixel meets the wall at `x`, which runs along the street. */
  sideWall(x: number, px: number, py: number): { along: number; up: number } {
    const z = (this.focal * x) / (px - this.centre)
    return { along: z, up: this.eye - ((py - this.horizon) * z) / this.focal }
  }

  /** Where a pixel meets the wall at distance `z`, which faces the camera. */
  frontWall(z: number, px: number, py: number): { along: number; up: number } {
    return {
      along: ((px - this.centre) * z) / this.focal,
      up: this.eye - ((py - this.horizon) * z) / this.focal,
    }
  }
}
