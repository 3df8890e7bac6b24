import { connectDirect } from '../../../electron/transport/direct-connection.ts'
import { hostConnectionContract } from '../../contracts/host-connection.contract.ts'

hostConnectionContract(async (host) => ({ connection: connectDirect(host), close: async () => undefined }), {
  closes: false,
})
