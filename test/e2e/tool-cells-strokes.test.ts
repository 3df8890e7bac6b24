import { suite } from './tool-cells/suite.ts'

suite(['select', 'superpixel'], ['brush', 'eraser'], ['ruler'])
