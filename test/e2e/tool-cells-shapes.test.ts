import { suite } from './tool-cells/suite.ts'

suite(['polygon', 'magic'], ['box', 'fill'])
