import { applyDecorators, Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '../../access/access.decorator';
import { Answers, TakesQuery } from '../json.docs';
import { parsedQuery } from '../json-body';
import { sendList } from '../send-json';
import { auditPage, auditQuery } from './audit-event.shape';
import { AuditTrail } from './audit-trail';
import { explanation } from './explanation';

const EVENTS = '/admin/audit-events';
const OF_ORG = '/csp/gateway/am/api/orgs/:orgId/audit-events';

/** Of one's org only, whatever is asked for. */
const orgAuditQuery = auditQuery.omit({ orgId: true });

@ApiTags('Audit')
@Controller()
export class AuditController {
  constructor(private readonly trail: AuditTrail) {}

  @Get(EVENTS)
  @Access({ roles: [], platform: ['platform_operator', 'platform_auditor'] })
  @ApiOperation({ summary: 'Search the audit trail, newest first' })
  @DescribesPage(auditQuery)
  async search(@Query() query: unknown, @Res() response: Response): Promise<void> {
    sendList(response, await this.trail.search(parsedQuery(query, auditQuery), EVENTS));
  }

  @Get(OF_ORG)
  @Access({ roles: ['org_owner', 'org_admin'], platform: ['platform_operator', 'platform_auditor'] })
  @ApiOperation({ summary: 'Search the audit trail of your organization, newest first' })
  @DescribesPage(orgAuditQuery)
  async searchOrg(@Param('orgId') orgId: string, @Query() query: unknown, @Res() response: Response): Promise<void> {
    const path = OF_ORG.replace(':orgId', encodeURIComponent(orgId));
    sendList(response, await this.trail.search(parsedQuery(query, orgAuditQuery), path, orgId));
  }

  @Get('/admin/explain/:requestId')
  @Access({ roles: [], platform: ['platform_operator', 'platform_auditor'] })
  @ApiOperation({ summary: 'Why was this request refused?', description: 'By the X-Request-Id of its answer.' })
  @Answers(explanation)
  async explain(@Param('requestId') requestId: string, @Res() response: Response): Promise<void> {
    sendList(response, await this.trail.explain(requestId));
  }
}

function DescribesPage(query: typeof auditQuery | typeof orgAuditQuery) {
  return applyDecorators(Answers(auditPage), TakesQuery(query));
}
