# The bench's forty stateless rules in Rego, each on `input`: a record as the other peers are given it. A call is allowed
# where some rule allows it and none denies it or asks for an approval.
package bench

default allowed := false

allowed if {
	allow
	not deny
	not require_approval
}

answers := [answer | some call in data.calls; answer := allowed with input as call]

grave := {"pay", "delete", "execute"}

allow if {
	input.tool == "crm/lookup"
	input.c.task.type in {"ticket", "refund"}
	input.r.classification != "restricted"
}

deny if {
	input.tool == "crm/lookup"
	input.s.tenant != input.r.tenant
}

allow if {
	input.tool == "crm/update"
	input.s.team == "support"
	input.c.task.type == "ticket"
}

require_approval if {
	input.tool == "crm/update"
	input.c.signals.injection > 0.7
}

deny if {
	input.tool == "crm/export"
	input.a.rows > 5000
}

allow if {
	input.tool == "crm/export"
	input.a.rows <= 500
	input.s.team in {"sales", "finance"}
}

require_approval if {
	input.tool == "crm/export"
	input.a.rows > 500
	input.a.rows <= 5000
}

deny if {
	input.tool == "crm/export"
	input.r.tenant == "eu"
	input.c.region != "eu"
}

allow if {
	input.tool == "payments/refund"
	input.a.amount > 0
	input.a.amount <= 100
	input.c.task.type == "refund"
}

require_approval if {
	input.tool == "payments/refund"
	input.a.amount > 100
	input.a.amount <= 1000
}

deny if {
	input.tool == "payments/refund"
	input.a.amount > 1000
}

deny if {
	input.tool == "payments/refund"
	not input.a.currency in {"EUR", "USD", "GBP"}
}

allow if {
	input.tool == "payments/payout"
	input.s.team == "finance"
	input.a.iban in data.payees
	input.a.amount <= 2000
}

require_approval if {
	input.tool == "payments/payout"
	input.a.amount > 2000
}

deny if {
	input.tool == "payments/payout"
	input.c.signals.injection > 0.5
}

deny if {
	input.tool == "payments/payout"
	input.c.signals.dlp > 0.8
}

deny if {
	input.tool == "payments/payout"
	input.a.requested_by == input.c.on_behalf_of.id
}

allow if {
	input.tool == "mail/send"
	endswith(input.a.to, "@acme.example")
}

allow if {
	input.tool == "mail/send"
	input.c.task.type in {"ticket", "refund"}
	input.c.signals.dlp < 0.5
}

deny if {
	input.tool == "mail/send"
	input.c.signals.dlp >= 0.8
}

require_approval if {
	input.tool == "mail/send"
	input.a.recipients > 20
}

deny if {
	input.tool == "mail/send"
	input.a.attachments > 0
	not endswith(input.a.to, "@acme.example")
}

allow if {
	input.tool == "files/read"
	startswith(input.a.path, "/srv/share/")
}

allow if {
	input.tool == "files/read"
	input.r.owner == input.s.team
}

deny if {
	input.server == "files"
	contains(input.a.path, ".ssh")
}

deny if {
	input.server == "files"
	endswith(input.a.path, ".pem")
}

allow if {
	input.tool == "files/write"
	startswith(input.a.path, "/srv/share/")
	input.c.task.type != "ticket"
}

require_approval if {
	input.tool == "files/write"
	input.r.environment == "production"
}

deny if {
	input.server == "files"
	input.r.classification == "restricted"
	input.s.team != "security"
}

allow if {
	input.tool == "web/fetch"
	input.a.method == "GET"
	input.c.signals.injection < 0.9
}

require_approval if {
	input.tool == "web/fetch"
	input.a.method == "POST"
}

deny if {
	input.tool == "web/fetch"
	startswith(input.a.url, "http://10.")
}

deny if {
	input.tool == "web/fetch"
	startswith(input.a.url, "http://169.254.")
}

deny if {
	input.tool == "web/fetch"
	input.a.bytes > 5000000
}

deny if {
	input.c.signals.injection > 0.95
	some effect in input.f
	effect in grave
}

allow if {
	input.tool == "cloud/deploy"
	input.a.environment in {"dev", "staging"}
	input.s.team == "coder"
}

require_approval if {
	input.tool == "cloud/deploy"
	input.a.environment == "production"
}

deny if {
	input.tool == "cloud/delete"
	input.r.environment == "production"
}

allow if {
	input.tool == "cloud/delete"
	input.r.owner == input.s.team
}

allow if {
	input.tool == "warehouse/query"
	input.a.rows <= 10000
	input.r.classification in {"public", "internal"}
}

require_approval if {
	input.tool == "warehouse/query"
	input.r.classification == "confidential"
}

allow if {
	input.server == "memory"
	input.r.tenant == input.s.tenant
}

deny if {
	input.tool == "memory/store"
	input.c.signals.dlp > 0.6
}
