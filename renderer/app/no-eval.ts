import { z } from 'zod'

// Zod would try `new Function` for speed, which our content security policy refuses and the console then reports.
z.config({ jitless: true })
