package message

import "strings"

// automaticStarts begin the subjects of vacation robots, in the words they use: those of
// Exchange in its languages, of the Chinese mailbox providers, and of others that mark
// their mail in no other way.
var automaticStarts = []string{
	"auto:", "auto reply", "auto-reply", "autoreply", "automatic reply", "automatic response", "automated reply", "automated response", "out of office", "out of the office",
	"undeliverable:", "undelivered mail",
	"autosvar", "automatisk svar", "automatiskt svar", "frånvaro:", "ikke til stede:", "automaattinen vastaus", "automaatvastus",
	"abwesenheitsnotiz", "automatische antwort", "automatische empfangsbestätigung", "abwesend:", "automatisch antwoord", "afwezig:", "afwezigheidsbericht",
	"respuesta automática", "fuera de la oficina", "réponse automatique", "absence du bureau", "risposta automatica", "fuori sede", "resposta automática",
	"resposta automàtica", "ausência temporária", "răspuns automat",
	"automatyczna odpowiedź", "automatická odpověď", "automatická odpoveď", "automatski odgovor", "samodejni odgovor", "automatikus válasz", "automātiskā atbilde", "automatinis atsakymas",
	"автоматический ответ", "автоответ", "автоматична відповідь", "автоматичен отговор", "αυτόματη απάντηση", "otomatik yanıt", "otomatik cevap",
	"tự động trả lời", "trả lời tự động", "balasan otomatis", "מענה אוטומטי", "رد تلقائي", "الرد التلقائي",
	"自动回复", "自動回复", "自動回覆", "自動回復", "自动答复", "自動答覆", "自動返信", "自動応答", "不在通知", "자동 회신", "자동 응답", "자동회신", "자동응답",
}

// automaticSubject returns the beginning by which a robot gives itself away, or "". A word
// before it (Re:) is a person's, who answers the robot.
func automaticSubject(subject string) string {
	lower := strings.TrimLeft(strings.ToLower(subject), " [【")
	for _, start := range automaticStarts {
		if strings.HasPrefix(lower, start) {
			return start
		}
	}
	return ""
}
