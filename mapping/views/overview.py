from django.http import HttpResponse
def overview(request, place, page=None): return HttpResponse(place.name)
