import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { SkipThrottle } from '@nestjs/throttler';
import type { Response } from 'express';
import { Access } from '../access/access.decorator';
import { uncachedJson } from '../http/http-answer';
import { send } from '../http/send';
import { Readiness } from './readiness';

class Health {
  @ApiProperty({ enum: ['ok', 'unavailable'] })
  status!: 'ok' | 'unavailable';

  @ApiProperty({ required: false, type: [String], description: 'What is in the way.', example: ['database away'] })
  obstacles?: string[];
}

@ApiTags('Health')
@SkipThrottle()
@Access('everyone')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  @ApiOperation({ summary: 'Does the process answer?', description: 'Restart it when it does not.' })
  @ApiOkResponse({ type: Health })
  live(@Res() response: Response): void {
    const body: Health = { status: 'ok' };
    send(response, uncachedJson(200, body));
  }

  @Get('ready')
  @ApiOperation({ summary: 'Should it get requests?', description: 'Not while the database is away or it shuts down.' })
  @ApiOkResponse({ type: Health })
  @ApiServiceUnavailableResponse({ type: Health })
  async ready(@Res() response: Response): Promise<void> {
    const obstacles = await this.readiness.obstacles();
    const body: Health = obstacles.length === 0 ? { status: 'ok' } : { status: 'unavailable', obstacles };
    send(response, uncachedJson(obstacles.length === 0 ? 200 : 503, body));
  }
}
