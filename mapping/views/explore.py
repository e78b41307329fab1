from django.http import HttpResponse
def explore(request, place, page=None, view="map"): return HttpResponse(place.name)
