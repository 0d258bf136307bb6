"""Verifies webhooks with the library that merchants use: the secret as an argument, on stdin a JSON list of [headers, body].

Exit 1 names the first that it does not believe.
"""

import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

webhook = Webhook(sys.argv[1])
for headers, body in json.load(sys.stdin):
    try:
        webhook.verify(body, headers)
    except WebhookVerificationError as refused:
        sys.exit(f"refused: {headers['webhook-id']}: {refused}")
