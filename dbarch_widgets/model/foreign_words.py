"""Words that name columns and tables in German, Spanish, French, Italian, Portuguese and Dutch, as their English ones.

Only words that say one thing, and that English names do not have: `art`, `fin`, `land`, `note` and `valor` are left as
they are. What the rules and the classification know of English names then holds for `vorname`, `fecha_nacimiento` or `montant`.
"""

from __future__ import annotations

import unicodedata

_SAME = """
account: konto cuenta compte conta rekening
active: aktiv activo actif ativo attivo
allergy: allergie allergien alergia alergias
address: adresse anschrift direccion endereco indirizzo adres domicilio
amount: betrag importe monto montant importo bedrag
appointment: termin cita
audit: auditoria
balance: kontostand saldo solde
bank: bancaria bancario
birth: geburt nacimiento naissance nascimento nascita geboorte geburts
blood: blut sangre
booking: buchung reserva
building: gebaeude edificio
changed: geaendert modificado modifie
city: stadt ciudad ville cidade citta ort wohnort
claim: schadensfall siniestro sinistre
code: codigo kuerzel
comment: kommentar comentario commentaire
company: firma empresa entreprise azienda bedrijf
contract: vertrag contrato contrat contratto
cost: kosten coste costo cout custo
count: anzahl
country: pais
created: erstellt angelegt creado criado creato aangemaakt
criminal: penales
currency: waehrung moneda moeda devise valuta
customer: kunde kunden cliente clientes klant klanten
date: fecha
deleted: geloescht eliminado borrado supprime
delivery: lieferung entrega livraison
department: abteilung departamento
description: beschreibung descripcion descricao descrizione omschrijving
diagnosis: diagnose diagnostico diagnostic
disability: behinderung discapacidad
driver: fahrer conductores chauffeur
email: correo courriel
employee: mitarbeiter angestellter empleado empleados employe funcionario dipendente medewerker
ethnicity: ethnie etnia
fee: gebuehr gebuehren
first name: vorname prenom voornaam
gender: geschlecht genero geslacht
attribute: attribut atributo attributo
characteristic: caracteristique caracteristica
health: gesundheit salud saude salute
house: haus
insured: assure asegurado versicherter versicherte assicurato
income: einkommen ingresos
invoice: rechnung rechnungen rechnungs factura facturas facture fatura fattura factuur
last name: nachname familienname apellido apellidos sobrenome cognome achternaam
log: protokoll
meter: zaehler
mobile: mobil movil handynummer
name: nombre nom nome
nationality: staatsangehoerigkeit nacionalidad nationalite
number: nummer numero
order: bestellung bestell auftrag pedido pedidos commande ordine
paid: bezahlt pagado pagada paye
password: passwort kennwort contrasena passe senha wachtwoord
patient: paciente pacientes paziente
payment: zahlung pago pagos paiement pagamento betaling
person: persona pessoa personne personen
phone: telefon telefono telefoon telefone telefonnummer
phone number: rufnummer mobilnummer
postcode: plz postleitzahl postal
prescription: rezept receta ordonnance
price: preis precio prix preco prezzo prijs
product: produkt artikel producto produit produto prodotto
quantity: menge cantidad quantite quantidade quantita hoeveelheid
medical: medicaux medicos
record: antecedentes antecedents
religion: konfession
security: securite seguridad
social: sociale
salary: gehalt salario sueldo salaire stipendio
status: zustand estado statut etat situacao stato
street: strasse calle
student: schueler alumno alumnos eleve aluno
supplier: lieferant lieferanten proveedor proveedores fournisseur fornecedor fornitore leverancier
tag: etiqueta
tags: schlagworte etiquetas
tax: steuer impuesto impot imposto imposta
teacher: lehrer profesor profesores
type: tipo typ
updated: aktualisiert actualizado atualizado
user: benutzer nutzer usuario usuarios utilisateur utilisateurs utente gebruiker
valid: gueltig valido vigente
value: wert valeur
vehicle: vehicule vehiculo fahrzeug veicolo voertuig
vat: mwst ust iva
wage: lohn
"""
_ENGLISH = {
    foreign: tuple(english.split())
    for english, _, rest in (line.partition(":") for line in _SAME.strip().splitlines())
    for foreign in rest.split()
}
# The last part of German compounds, which are written as one word: `rechnungsbetrag`.
_TAILS = {
    "datum": ("date",),  # a `datum` alone may be one of surveying
    **{
        tail: _ENGLISH[tail]
        for tail in (
            "preis",
            "betrag",
            "nummer",
            "gebuehr",
            "kosten",
            "gehalt",
            "strasse",
            "adresse",
            "rechnung",
            "protokoll",
        )
    },
}
_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "o", "æ": "ae"}
)


def plain_letters(name: str) -> str:
    """The name without accents: `Prénom`, `Straße` and `contraseña` are `Prenom`, `Strasse` and `contrasena`."""
    if name.isascii():
        return name
    parts = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    return unicodedata.normalize("NFC", "".join(each for each in parts if not unicodedata.combining(each)))


def english(word: str) -> tuple[str, ...]:
    """The word in English, as one word or more; the word itself where it is not known. `word` is in lower case."""
    # In the singular, as English makes it, `proveedores` has lost its `s` only.
    if known := _ENGLISH.get(word) or _ENGLISH.get(word + "s"):
        return known
    for tail, meaning in _TAILS.items():
        head = word.removesuffix(tail)
        if head != word and len(head) > 2:
            return *_ENGLISH.get(head, (head,)), *meaning
    return (word,)
